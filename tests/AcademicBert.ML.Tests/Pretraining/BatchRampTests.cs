using AcademicBert.Pretraining;
using CsCheck;

namespace AcademicBert.Tests.Pretraining;

[TestClass]
public sealed class BatchRampTests
{
    [TestMethod]
    [DataRow(0L, 4)]
    [DataRow(9L, 4)]
    [DataRow(10L, 5)]
    [DataRow(50L, 9)]
    [DataRow(99L, 13)]
    [DataRow(100L, 14)]
    [DataRow(long.MaxValue, 14)]
    public void SizeAt_StraightLine_GrowsFromTheFirstSizeToTheFullOne(long position, int expected) =>
        Assert.AreEqual(expected, new BatchRamp { From = 4, OverSamples = 100 }.SizeAt(position, fullSize: 14));

    [TestMethod]
    public void SizeAt_AnyRamp_NeverShrinksAndStaysBetweenItsEnds() =>
        Gen.Select(Gen.Int[1, int.MaxValue], Gen.Int[1, int.MaxValue], Gen.Long[1, 1L << 50], Gen.Double[0, 1.1], Gen.Double[0, 1.1]).Sample((one, other, over, first, second) =>
        {
            (int from, int full) = (Math.Min(one, other), Math.Max(one, other));
            var ramp = new BatchRamp { From = from, OverSamples = over };
            ramp.Validate(full);
            int earlier = ramp.SizeAt((long)(Math.Min(first, second) * over), full), later = ramp.SizeAt((long)(Math.Max(first, second) * over), full);
            return from <= earlier && earlier <= later && later <= full;
        }, threads: 1);

    [TestMethod]
    [DataRow(0, 100L, "BatchRamp.From is 0; it must be between 1 and PretrainingOptions.BatchSize (8).")]
    [DataRow(9, 100L, "BatchRamp.From is 9; it must be between 1 and PretrainingOptions.BatchSize (8).")]
    [DataRow(4, 0L, "BatchRamp.OverSamples is 0; it must be positive.")]
    public void Validate_OptionOutOfItsRange_IsRefusedByName(int from, long over, string message) =>
        Assert.StartsWith(message, Assert.ThrowsExactly<ArgumentException>(() => new BatchRamp { From = from, OverSamples = over }.Validate(8)).Message);

    [TestMethod]
    public void Validate_EndsOfTheRanges_AreAllowed()
    {
        new BatchRamp { From = 1, OverSamples = 1 }.Validate(8);
        new BatchRamp { From = 8 }.Validate(8);
    }
}
