using AcademicBert.Finetuning;

namespace AcademicBert.Tests.Finetuning;

[TestClass]
public sealed class LengthBucketsTests
{
    private static readonly int[] s_lengths = [.. Enumerable.Range(0, 5003).Select(i => 5 + i * 37 % 100)];

    [TestMethod]
    public void Cut_AnyEpoch_HasEveryRowOnce()
    {
        int[][] batches = LengthBuckets.Cut(s_lengths, 16, 1, 0);
        Assert.AreSequenceEqual(Enumerable.Range(0, 5003), batches.SelectMany(batch => batch).Order());
        Assert.AreEqual(313, batches.Length, "ceiling of 5003 / 16");
    }

    [TestMethod]
    public void Cut_NextEpoch_IsAnotherOrder()
    {
        int[][] first = LengthBuckets.Cut(s_lengths, 16, 1, 0), again = LengthBuckets.Cut(s_lengths, 16, 1, 0), second = LengthBuckets.Cut(s_lengths, 16, 1, 1);
        Assert.AreSequenceEqual(first.SelectMany(batch => batch), again.SelectMany(batch => batch));
        Assert.IsLessThan(50, first.SelectMany(batch => batch).Zip(second.SelectMany(batch => batch)).Count(pair => pair.First == pair.Second));
    }

    [TestMethod]
    public void Cut_MixedLengths_LeavesLittlePadding()
    {
        int padded = LengthBuckets.Cut(s_lengths, 16, 1, 0).Sum(batch => batch.Length * batch.Max(row => s_lengths[row]));
        Assert.IsLessThan(1.06, padded / (double)s_lengths.Sum());
    }
}
