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

    // A run goes on in a later version where it was left. The values are those of a second implementation, in integers of any size.
    [TestMethod]
    public void Indexer_KnownSeeds_GivesTheOrderOfEveryVersion()
    {
        (long, long)[] Take(SampleOrder order, params IEnumerable<long> positions) => [.. positions.Select(position => order[position])];
        Assert.AreSequenceEqual(
            [(8, 1), (7, 1), (8, 2), (4, 0), (4, 1), (2, 1), (0, 0), (6, 1), (3, 0), (7, 0), (5, 1), (9, 2), (3, 1), (0, 1), (5, 0), (3, 2)],
            Take(new SampleOrder(7, 10, 3), Enumerable.Range(0, 16).Select(position => (long)position)));
        Assert.AreSequenceEqual(
            [(722071, 0), (269938, 2), (426809, 6), (688050, 7), (672880, 8), (68911, 0)],
            Take(new SampleOrder(0xFEDCBA9876543210, 1_000_003, 10), 0, 1, 2, 10_000_029, 10_000_030, 1_000_000_000_000));
        Assert.AreSequenceEqual([(2, 0), (1, 0), (0, 0), (3, 0), (4, 0), (2, 1)], Take(new SampleOrder(3, 5, 0), 0, 1, 2, 3, 4, 5));
        Assert.AreSequenceEqual(
            [(611128027971751137, 0), (680865679768930032, 0), (813121017330206045, 0)], Take(new SampleOrder(1, 1L << 60, 1), 0, (1L << 60) - 1, 1L << 60));
    }

    [TestMethod]
    public void Sequential_IsTheStoredOrderAlwaysMaskedAsTheFirstCopy() =>
        Assert.AreSequenceEqual([(0L, 0L), (1, 0), (2, 0), (3, 0), (0, 0), (1, 0)], Enumerable.Range(0, 6).Select(position => SampleOrder.Sequential(4)[position]));

    [TestMethod]
    public void Constructor_NoSamplesOrMoreThan2ToThe60Positions_IsRefused()
    {
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new SampleOrder(1, 0, 1));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new SampleOrder(1, 1, -1));
        Assert.Contains($"{(1L << 59) + 1} samples × 2 copies is more than 2^60.", Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new SampleOrder(1, (1L << 59) + 1, 2)).Message);
        Assert.AreEqual(1L << 60, new SampleOrder(1, 1L << 59, 2).EpochLength);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new SampleOrder(1, 1, 1)[-1]);
    }
}
