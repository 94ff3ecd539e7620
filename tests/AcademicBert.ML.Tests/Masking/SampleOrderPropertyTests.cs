using AcademicBert.Masking;
using CsCheck;

namespace AcademicBert.Tests.Masking;

[TestClass]
public sealed class SampleOrderPropertyTests
{
    [TestMethod]
    public void Indexer_AnySeedSizeCopiesAndEpoch_IsAPermutation() =>
        Gen.Select(Gen.ULong, Gen.Int[1, 3000], Gen.Int[0, 12], Gen.Int[0, 1_000_000]).Sample((seed, samples, copies, epoch) =>
        {
            var order = new SampleOrder(seed, samples, copies);
            bool[] seen = new bool[order.EpochLength];
            for (long index = 0; index < order.EpochLength; index++)
            {
                (long sample, long copy) = order[epoch * order.EpochLength + index];
                long place = copies == 0 ? sample : copy * samples + sample;
                if (sample < 0 || sample >= samples || (copies == 0 && copy != epoch) || seen[place])
                    return false;
                seen[place] = true;
            }

            return true;
        }, iter: 60, threads: 1);

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
    public void Plan_AnyNumberOfRanksAndMicroBatch_ReadsEveryPositionOnce() =>
        Gen.Select(Gen.Long[0, 1L << 50], Gen.Int[0, 300], Gen.Int[1, 40], Gen.Int[1, 17], Gen.Int[1, 4]).Sample((first, more, micro, ranks, steps) =>
        {
            int batch = ranks + more;
            List<long> read = [];
            for (int rank = 0; rank < ranks; rank++)
                foreach (BatchRange range in BatchRange.Plan(first, _ => batch, micro, rank, ranks).TakeWhile(range => range.Position < first + (long)steps * batch))
                    read.AddRange(Enumerable.Range(0, range.Rows).Select(row => range.Position + row));
            return read.Order().SequenceEqual(Enumerable.Range(0, steps * batch).Select(i => first + i));
        }, iter: 200, threads: 1);
}
