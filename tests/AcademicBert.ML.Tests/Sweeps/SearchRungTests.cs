using AcademicBert.Sweeps;

namespace AcademicBert.Tests.Sweeps;

[TestClass]
public sealed class SearchRungTests
{
    public static IEnumerable<object[]> Refused =>
    [
        [new SearchRung { At = 0 }, "At is 0; it must be above 0 and below 1"],
        [new SearchRung { At = 1 }, "At is 1; it must be above 0 and below 1"],
        [new SearchRung { At = 0.5, MaxLoss = 0 }, "MaxLoss is 0; it must be positive, or left out"],
        [new SearchRung { At = 0.5, Keep = 0 }, "Keep is 0; it must be above 0 and at most 1"],
        [new SearchRung { At = 0.5, Keep = 1.01 }, "Keep is 1.01; it must be above 0 and at most 1"],
    ];

    [TestMethod]
    [DynamicData(nameof(Refused))]
    public void Validate_OptionOutOfItsRange_IsRefusedByName(SearchRung rung, string message) =>
        Assert.StartsWith($"{nameof(SearchRung)}.{message}.", Assert.ThrowsExactly<ArgumentException>(rung.Validate).Message);

    [TestMethod]
    public void Validate_EndsOfTheRanges_AreAllowed()
    {
        new SearchRung { At = 1e-9, Keep = 1e-9 }.Validate();
        new SearchRung { At = 0.999, MaxLoss = 1e-9, Keep = 1 }.Validate();
    }
}
