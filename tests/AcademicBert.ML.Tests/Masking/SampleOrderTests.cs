using AcademicBert.Masking;

namespace AcademicBert.Tests.Masking;

[TestClass]
public sealed class SampleOrderTests
{
    [TestMethod]
    [DataRow(1, 1)]
    [DataRow(1, 10)]
    [DataRow(7, 3)]
    [DataRow(100, 10)]
    [DataRow(1009, 1)]
    [DataRow(4096, 2)]
    public void Indexer_OneEpoch_HasEverySampleInEveryCopyOnce(int samples, int copies)
    {
        var order = new SampleOrder(5, samples, copies);
        for (int epoch = 0; epoch < 2; epoch++)
        {
            HashSet<(long, long)> seen = [.. Enumerable.Range(0, samples * copies).Select(position => order[epoch * order.EpochLength + position])];
            Assert.HasCount(samples * copies, seen);
            Assert.IsTrue(seen.All(pair => pair.Item1 >= 0 && pair.Item1 < samples && pair.Item2 >= 0 && pair.Item2 < copies));
        }
    }

    [TestMethod]
    public void Indexer_EverySizeUpToAThousandAndSomeTo100000_IsAPermutation()
    {
        foreach (int size in Enumerable.Range(1, 1000).Concat([4095, 4096, 4097, 9999, 10_000, 65_536, 99_991, 100_000]))
        {
            var order = new SampleOrder(11, size, 1);
            bool[] seen = new bool[size];
            for (int position = 0; position < size; position++)
            {
                ref bool once = ref seen[order[position].Sample];
                Assert.IsFalse(once, $"size {size}, position {position}");
                once = true;
            }
        }
    }

    [TestMethod]
    public void Indexer_TenBillion_HasNoTwoEqualAmongManyPositionsAndFillsTheRangeEvenly()
    {
        const long size = 10_000_000_000;
        var order = new SampleOrder(11, size, 1);
        long[] samples = [.. Enumerable.Range(0, 200_000).Select(i => order[i * 49_999L].Sample)];
        Assert.HasCount(samples.Length, samples.Distinct().ToArray());
        int[] cells = new int[100];
        foreach (long sample in samples)
            cells[(int)(sample / (size / 100))]++;
        Assert.IsLessThan(ChiSquare.Limit(99), ChiSquare.Of(cells));
    }

    [TestMethod]
    public void Indexer_FreshMasks_CountsTheEpochAsTheCopy()
    {
        var order = new SampleOrder(5, 50, copies: 0);
        Assert.AreEqual(0, order[49].Copy);
        Assert.AreEqual(3, order[150].Copy);
    }

    [TestMethod]
    public void Indexer_SeedsAndEpochs_ShuffleDifferently()
    {
        long[] Take(ulong seed, int epoch) => [.. Enumerable.Range(0, 200).Select(position => new SampleOrder(seed, 200, 1)[epoch * 200 + position].Sample)];
        Assert.AreSequenceEqual(Take(1, 0), Take(1, 0));
        Assert.IsFalse(Take(1, 0).SequenceEqual(Take(2, 0)));
        Assert.IsFalse(Take(1, 0).SequenceEqual(Take(1, 1)));
    }

    [TestMethod]
    public void Indexer_Shuffle_LeavesNoTraceOfTheStoredOrder()
    {
        const int count = 20_000;
        var order = new SampleOrder(9, count, 1);
        long[] shuffled = [.. Enumerable.Range(0, count).Select(position => order[position].Sample)];
        double mean = (count - 1) / 2.0;
        double covariance = shuffled.Select((sample, position) => (sample - mean) * (position - mean)).Average();
        Assert.AreEqual(0, covariance / (mean * mean / 3), 0.03, "correlation with the stored order");
        int neighbours = Enumerable.Range(1, count - 1).Count(position => Math.Abs(shuffled[position] - shuffled[position - 1]) == 1);
        Assert.IsLessThan(12, neighbours, "about two of a random shuffle");
    }

    [TestMethod]
    public void Sequential_IsTheStoredOrder() =>
        Assert.AreSequenceEqual([0L, 1, 2, 3], Enumerable.Range(0, 4).Select(position => SampleOrder.Sequential(4)[position].Sample));
}
