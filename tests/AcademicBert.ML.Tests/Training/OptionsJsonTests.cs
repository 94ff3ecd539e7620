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
    public void Parse_EscapeThatIsNoText_IsRefused() =>
        Assert.Contains("the recipe", Assert.ThrowsExactly<InvalidDataException>(() => PretrainingRecipe.Parse("{ \"description\": \"\\ud800\" }", "the recipe")).Message);
}
