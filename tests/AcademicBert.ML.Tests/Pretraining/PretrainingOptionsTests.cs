using AcademicBert.Modeling;
using AcademicBert.Pretraining;

namespace AcademicBert.Tests.Pretraining;

[TestClass]
public sealed class PretrainingOptionsTests
{
    [TestMethod]
    public void Validate_ModelThatCannotBe_IsNamedBeforeAnythingIsWritten()
    {
        var options = new PretrainingOptions { Model = new BertConfig { Heads = 0 } };
        Assert.Contains("Heads is 0", Assert.ThrowsExactly<ArgumentException>(options.Validate).Message);
        Assert.Contains("Layers is 0", Assert.ThrowsExactly<ArgumentException>((options with { Model = new BertConfig { Layers = 0 } }).Validate).Message);
        new PretrainingOptions().Validate();
    }
}
