using AcademicBert.Masking;

namespace AcademicBert.Tests.Masking;

[TestClass]
public sealed class MaskingOptionsTests
{
    [TestMethod]
    [DataRow(128, 19)]
    [DataRow(130, 20)]
    [DataRow(10, 2)]
    [DataRow(3, 1)]
    [DataRow(2, 1)]
    public void PredictionCount_DefaultRate_RoundsHalfToEvenAndIsNeverZero(int length, int expected) =>
        Assert.AreEqual(expected, new MaskingOptions().PredictionCount(length));

    [TestMethod]
    public void PredictionCount_Limit_Cuts() => Assert.AreEqual(20, new MaskingOptions { MaxPredictions = 20 }.PredictionCount(512));

    public static IEnumerable<object[]> Refused =>
    [
        [new MaskingOptions { MaskRate = 0 }, "MaskRate must be above 0 and below 1, e.g. 0.15; it is 0"],
        [new MaskingOptions { MaskRate = 1 }, "MaskRate must be above 0 and below 1, e.g. 0.15; it is 1"],
        [new MaskingOptions { MaxPredictions = 0 }, "MaxPredictions must be at least 1, or left out for no limit; it is 0"],
        [new MaskingOptions { MaskTokenShare = -0.01 }, "MaskTokenShare must be between 0 and 1, e.g. 0.8; it is -0.01"],
        [new MaskingOptions { MaskTokenShare = 1.01 }, "MaskTokenShare must be between 0 and 1, e.g. 0.8; it is 1.01"],
        [new MaskingOptions { RandomTokenShare = -0.01 }, "RandomTokenShare must be between 0 and 1, e.g. 0.1; it is -0.01"],
        [new MaskingOptions { RandomTokenShare = 1.01 }, "RandomTokenShare must be between 0 and 1, e.g. 0.1; it is 1.01"],
        [new MaskingOptions { RandomTokenShare = 0.3 }, "RandomTokenShare and MaskTokenShare must add up to 1 at most; it is 0.3"],
        [new MaskingOptions { Unit = (MaskingUnit)3 }, "Unit must be Token, WholeWord or Span; it is 3"],
        [new MaskingOptions { SpanEndProbability = 0 }, "SpanEndProbability must be above 0 and at most 1, e.g. 0.2; it is 0"],
        [new MaskingOptions { SpanEndProbability = 1.01 }, "SpanEndProbability must be above 0 and at most 1, e.g. 0.2; it is 1.01"],
        [new MaskingOptions { MaxSpanWords = 0 }, "MaxSpanWords must be between 1 and 256, e.g. 10; it is 0"],
        [new MaskingOptions { MaxSpanWords = 257 }, "MaxSpanWords must be between 1 and 256, e.g. 10; it is 257"],
    ];

    [TestMethod]
    [DynamicData(nameof(Refused))]
    public void Validate_OptionOutOfItsRange_IsRefusedByName(MaskingOptions options, string message) =>
        Assert.StartsWith($"{nameof(MaskingOptions)}.{message}.", Assert.ThrowsExactly<ArgumentException>(options.Validate).Message);

    [TestMethod]
    public void Validate_EndsOfTheRanges_AreAllowed()
    {
        new MaskingOptions { MaxPredictions = 1, MaskTokenShare = 0, RandomTokenShare = 1, SpanEndProbability = 1, MaxSpanWords = 1 }.Validate();
        new MaskingOptions { MaskTokenShare = 1, RandomTokenShare = 0, MaxSpanWords = 256 }.Validate();
        new MaskingOptions { MaskTokenShare = 0.8, RandomTokenShare = 0.2 + 1e-10 }.Validate(); // 1 but for rounding
    }
}
