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
    public void Plan_AnyNumberOfRanksAndMicroBatch_ReadsEveryPositionOnce() =>
        Gen.Select(Gen.Long[0, 1L << 50], Gen.Int[0, 300], Gen.Int[1, 40], Gen.Int[1, 17], Gen.Int[1, 4]).Sample((first, more, micro, ranks, steps) =>
        {
            int batch = ranks + more;
            List<long> read = [];
            for (int rank = 0; rank < ranks; rank++)
                foreach (BatchRange range in BatchRange.Plan(first, batch, micro, rank, ranks).TakeWhile(range => range.Position < first + (long)steps * batch))
                    read.AddRange(Enumerable.Range(0, range.Rows).Select(row => range.Position + row));
            return read.Order().SequenceEqual(Enumerable.Range(0, steps * batch).Select(i => first + i));
        }, iter: 200, threads: 1);

    [TestMethod]
    public void Plan_MoreRanksThanSamplesOfABatch_IsRefusedInsteadOfSearchingForEver() =>
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => BatchRange.Plan(0, globalBatch: 3, microBatch: 1, rank: 0, worldSize: 4));
}
