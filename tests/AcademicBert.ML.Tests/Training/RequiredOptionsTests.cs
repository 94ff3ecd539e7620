using AcademicBert.Finetuning;
using AcademicBert.Glue;
using AcademicBert.Pretraining;
using AcademicBert.Sweeps;
using AcademicBert.Tables;

namespace AcademicBert.Tests.Training;

[TestClass]
public sealed class RequiredOptionsTests
{
    [TestMethod]
    public void Validate_NullWhereAValueIsNeeded_NamesTheOption()
    {
        AssertNamed("BertPretrainingOptions.Pretraining", () => new BertPretrainingOptions { Pretraining = null! }.Validate());
        AssertNamed("BertPretrainingOptions.Corpus", () => new BertPretrainingOptions { Corpus = null! }.Validate());
        AssertNamed("BertPretrainingOptions.Vocabulary", () => new BertPretrainingOptions { Vocabulary = null! }.Validate());
        AssertNamed("BertPretrainingOptions.InputColumnName", () => new BertPretrainingOptions { InputColumnName = null! }.Validate());
        AssertNamed("PretrainingOptions.Model", () => new BertPretrainingOptions { Pretraining = new PretrainingOptions { Model = null! } }.Validate());
        AssertNamed("PretrainingOptions.Schedule", () => new PretrainingOptions { Schedule = null! }.Validate());
        AssertNamed("PretrainingOptions.Optimizer", () => new PretrainingOptions { Optimizer = null! }.Validate());
        AssertNamed("PretrainingOptions.Device", () => new PretrainingOptions { Device = null! }.Validate());
        AssertNamed("DistributedOptions.Devices", () => new PretrainingOptions { Distributed = new() { Devices = null! } }.Validate());
        AssertNamed("BertClassificationOptions.Finetuning", () => new BertClassificationOptions { Finetuning = null! }.Validate());
        AssertNamed("BertRegressionOptions.LabelColumnName", () => new BertRegressionOptions { LabelColumnName = null! }.Validate());
        AssertNamed("GlueOptions.Tasks", () => new GlueOptions { Tasks = null! }.Validate());
        AssertNamed("SearchOptions.Space", () => new SearchOptions { Space = null! }.Validate());
        AssertNamed("PretrainingRecipe.Corpus", () => new PretrainingRecipe { Corpus = null! }.Validate());
    }

    [TestMethod]
    public void Validate_NullWhereItMeansSomething_IsTaken()
    {
        new BertClassificationOptions { ModelFolder = null, Sentence2ColumnName = null, ValidationSet = null }.Validate();
        new PretrainingOptions { From = null, Spikes = null }.Validate();
    }

    private static void AssertNamed(string option, Action validate) =>
        Assert.StartsWith(option + " is null", Assert.ThrowsExactly<ArgumentException>(validate).Message);
}
