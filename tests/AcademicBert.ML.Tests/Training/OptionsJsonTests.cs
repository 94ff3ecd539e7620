using AcademicBert.Pretraining;
using AcademicBert.Training;

namespace AcademicBert.Tests.Training;

[TestClass]
public sealed class OptionsJsonTests
{
    [TestMethod]
    [DataRow("{ \"pretraining\": null }", "pretraining")]
    [DataRow("{ \"pretraining\": { \"model\": null } }", "model")]
    [DataRow("{ \"pretraining\": { \"device\": null } }", "device")]
    [DataRow("{ \"corpus\": null }", "corpus")]
    public void Parse_NullWhereThereMustBeAValue_IsRefusedWithItsName(string json, string name) =>
        Assert.Contains(name, Assert.ThrowsExactly<InvalidDataException>(() => PretrainingRecipe.Parse(json, "the recipe")).Message);

    [TestMethod]
    public void Parse_OptionTwice_IsRefusedWithItsName() =>
        Assert.Contains("batchSize", Assert.ThrowsExactly<InvalidDataException>(() => PretrainingRecipe.Parse("{ \"pretraining\": { \"batchSize\": 64, \"batchSize\": 128 } }", "the recipe")).Message);

    [TestMethod]
    [DataRow("1e999")]
    [DataRow("-1e999")]
    [DataRow("\"1e999\"")]
    [DataRow("\"NaN\"")]
    public void Parse_NumberThatIsNotFinite_IsRefusedWithItsName(string number) =>
        Assert.Contains("schedule.peak", Assert.ThrowsExactly<InvalidDataException>(() => PretrainingRecipe.Parse($"{{ \"pretraining\": {{ \"schedule\": {{ \"peak\": {number} }} }} }}", "the recipe")).Message);

    [TestMethod]
    [DataRow("0.25")]
    [DataRow("\"2.5E-1\"")]
    public void Parse_Number_IsReadAndWrittenAsItIs(string number)
    {
        var recipe = PretrainingRecipe.Parse($"{{ \"pretraining\": {{ \"schedule\": {{ \"peak\": {number} }} }} }}", "the recipe");
        Assert.AreEqual(0.25, recipe.Pretraining.Schedule.Peak);
        Assert.Contains("\"peak\": 0.25,", recipe.ToJson());
    }

    [TestMethod]
    public void Parse_EscapeThatIsNoText_IsRefused() =>
        Assert.Contains("the recipe", Assert.ThrowsExactly<InvalidDataException>(() => PretrainingRecipe.Parse("{ \"description\": \"\\ud800\" }", "the recipe")).Message);
}
