using System.Runtime.InteropServices;
using AcademicBert.Distributed;
using CsCheck;

namespace AcademicBert.Tests.Distributed;

[TestClass]
public sealed class ProcessGroupPropertyTests
{
    private static readonly Gen<double> s_value = Gen.OneOf(Gen.Double[-1e6, 1e6], Gen.Const(0.0), Gen.Const(1e-300), Gen.Const(1e300));

    [TestMethod]
    public void Sum_AnyValuesAndRanks_IsTheSumInTheOrderOfTheRanksOnAll() =>
        Gen.Int[1, 5].SelectMany(ranks => s_value.Array[ranks].Array[0, 20]).Sample(values =>
        {
            int ranks = values.Length == 0 ? 2 : values[0].Length;
            double[][] sums = ThreadRanks.Run(ranks, group =>
            {
                double[] mine = [.. values.Select(row => row[group.Rank])];
                group.Sum(mine);
                return mine;
            });
            foreach (double[] sum in sums)
                Assert.AreSequenceEqual(values.Select(row => row.Aggregate(0.0, (total, value) => total + value)), sum);
        }, iter: 60, threads: 1);

    [TestMethod]
    public void Broadcast_AnyBytes_AreThoseOfRank0OnAll() =>
        Gen.Select(Gen.Int[1, 5], Gen.Byte.Array[0, 2000]).Sample((ranks, bytes) =>
        {
            byte[][] received = ThreadRanks.Run(ranks, group =>
            {
                byte[] mine = group.IsRoot ? [.. bytes] : new byte[bytes.Length];
                group.Broadcast(mine);
                return mine;
            });
            foreach (byte[] mine in received)
                Assert.AreSequenceEqual(bytes, mine);
        }, iter: 60, threads: 1);

    [TestMethod]
    public void ReduceScatterThenAllGather_AnyLengthAndRanks_IsTheSumOnAll() =>
        Gen.Select(Gen.Int[1, 4], Gen.Int[1, 700], Gen.Int[0, 1000]).Sample((ranks, part, seed) =>
        {
            float[][] inputs = [.. Enumerable.Range(0, ranks).Select(rank => Enumerable.Range(0, ranks * part).Select(i => (float)Math.Sin(seed + 7.0 * rank + i)).ToArray())];
            float[][] outputs = ThreadRanks.Run(ranks, group =>
            {
                float[] mine = [.. inputs[group.Rank]];
                GCHandle pinned = GCHandle.Alloc(mine, GCHandleType.Pinned);
                try
                {
                    group.HostBuffers!.ReduceScatter(pinned.AddrOfPinnedObject(), part, BufferType.Float32).Wait();
                    group.HostBuffers.AllGather(pinned.AddrOfPinnedObject(), part, BufferType.Float32).Wait();
                }
                finally
                {
                    pinned.Free();
                }

                return mine;
            });
            float[] expected = [.. Enumerable.Range(0, ranks * part).Select(i => inputs.Skip(1).Aggregate(inputs[0][i], (sum, input) => sum + input[i]))];
            foreach (float[] output in outputs)
                Assert.AreSequenceEqual(expected, output);
        }, iter: 40, threads: 1);

    [TestMethod]
    public void Parts_AnyLengthAndRanks_CoverTheBufferOnceInAlignedParts() =>
        Gen.Select(Gen.Long[1, 1 << 18], Gen.Int[1, 64], Gen.Long[1, 64L << 20]).Sample((lines, ranks, chunkBytes) =>
        {
            long length = 16 * lines, next = 0;
            var parts = new RankParts(length, ranks, chunkBytes);
            for (int chunk = 0; chunk < parts.Chunks; chunk++)
            {
                for (int rank = 0; rank < ranks; rank++)
                {
                    Assert.AreEqual(next, parts.PartBegin(chunk, rank));
                    Assert.AreEqual(0, parts.PartLength(chunk) % 16);
                    next += parts.PartLength(chunk);
                }
            }

            Assert.IsGreaterThanOrEqualTo(length, next);
            Assert.IsLessThan(length + 16L * ranks, next);
        }, iter: 400, threads: 1);
}
