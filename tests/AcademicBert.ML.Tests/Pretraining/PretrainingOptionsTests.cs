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

    public static IEnumerable<object[]> Refused =>
    [
        [new PretrainingOptions { Schedule = new() { Peak = -1 } }, "Schedule.Peak is -1"],
        [new PretrainingOptions { Schedule = new() { WarmupProportion = 1 } }, "Schedule.WarmupProportion is 1; it must be below 1"],
        [new PretrainingOptions { Schedule = new() { DecayRate = 5 } }, "Schedule.DecayRate is 5"],
        [new PretrainingOptions { LossLimit = new() { MaxLoss = 0 } }, "LossLimit.MaxLoss is 0"],
        [new PretrainingOptions { Validation = new() { Interval = 2 } }, "ValidationPlan.Interval is 2"],
        [new PretrainingOptions { Masking = new() { MaskRate = 0 } }, "MaskingOptions.MaskRate must be above 0"],
    ];

    [TestMethod]
    [DynamicData(nameof(Refused))]
    public void Validate_PartThatIsOutOfRange_IsRefusedByName(PretrainingOptions options, string message) =>
        Assert.Contains(message, Assert.ThrowsExactly<ArgumentException>(options.Validate).Message);
}
