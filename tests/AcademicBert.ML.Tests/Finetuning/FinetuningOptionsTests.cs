using System.Reflection;
using AcademicBert.Finetuning;
using AcademicBert.Training;
using Microsoft.ML.SearchSpace;

namespace AcademicBert.Tests.Finetuning;

[TestClass]
public sealed class FinetuningOptionsTests
{
    [TestMethod]
    public void Choices_OfTheSearchSpace_AreThePapersGridAndHoldTheDefaults()
    {
        Dictionary<string, object[]> choices = [];
        foreach (PropertyInfo property in typeof(FinetuningOptions).GetProperties())
        {
            if (property.GetCustomAttributesData().SingleOrDefault(attribute => attribute.AttributeType == typeof(ChoiceAttribute)) is not { } choice)
                continue;
            choices.Add(property.Name, [.. ((IEnumerable<CustomAttributeTypedArgument>)choice.ConstructorArguments[0].Value!).Select(argument => argument.Value!)]);
            Assert.AreEqual(property.GetValue(new FinetuningOptions()), choice.ConstructorArguments[1].Value, property.Name);
            Assert.IsTrue(property.CanWrite, property.Name);
        }

        Assert.AreSequenceEqual([1e-5, 3e-5, 5e-5, 8e-5], choices[nameof(FinetuningOptions.LearningRate)].Cast<double>());
        Assert.AreSequenceEqual([3, 5, 10], choices[nameof(FinetuningOptions.Epochs)].Cast<int>());
        Assert.AreSequenceEqual([16, 32], choices[nameof(FinetuningOptions.BatchSize)].Cast<int>());
        Assert.HasCount(3, choices);
    }

    [TestMethod]
    public void Json_AnyOptions_ComesBackEqual()
    {
        var options = new FinetuningOptions { LearningRate = 3e-5, Dropout = 0.2, FrozenLayers = 2, Seed = ulong.MaxValue, Precision = AcademicBert.Modeling.ComputePrecision.BFloat16 };
        Assert.AreEqual(options, OptionsJson.Parse<FinetuningOptions>(OptionsJson.Write(options), "test"));
    }
}
