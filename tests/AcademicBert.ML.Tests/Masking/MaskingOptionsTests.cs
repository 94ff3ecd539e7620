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

    [TestMethod]
    public void Validate_OutOfRange_NamesTheOption()
    {
        Assert.Contains("MaskRate", Assert.Throws<ArgumentException>(() => new MaskingOptions { MaskRate = 0 }.Validate()).Message);
        Assert.Contains("RandomTokenShare", Assert.Throws<ArgumentException>(() => new MaskingOptions { RandomTokenShare = 0.3 }.Validate()).Message);
        Assert.Contains("MaxSpanWords", Assert.Throws<ArgumentException>(() => new MaskingOptions { MaxSpanWords = 0 }.Validate()).Message);
    }
}
