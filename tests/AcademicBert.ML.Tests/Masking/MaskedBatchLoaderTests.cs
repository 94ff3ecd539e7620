using AcademicBert.Masking;
using AcademicBert.Tests.Pretraining;

namespace AcademicBert.Tests.Masking;

[TestClass]
public sealed class MaskedBatchLoaderTests
{
    private static TinyCorpus s_tiny = null!;

    [ClassInitialize]
    public static void Prepare(TestContext context) => s_tiny = new TinyCorpus(40);

    [ClassCleanup]
    public static void CleanUp() => s_tiny.Dispose();

    [TestMethod]
    [DataRow(2, 1)]
    [DataRow(4, 3)]
    public void TryNext_AnyDepthAndThreads_GivesTheBatchesOfThePlanInOrder(int depth, int threads)
    {
        BatchRange[] plan = [.. BatchRange.Plan(5, _ => 10, 4).Take(30)];
        using var loader = new MaskedBatchLoader(Reader(), plan, 4, depth, threads);
        var expected = new MaskedBatch(4, 32);
        foreach (BatchRange range in plan)
        {
            Assert.IsTrue(loader.TryNext(out MaskedBatch? batch));
            Reader().Read(range.Position, range.Rows, expected);
            Assert.AreEqual(range.Rows, batch.Rows);
            Assert.AreEqual(range.Position, batch.FirstPosition);
            Assert.AreSequenceEqual(expected.InputIds[..(range.Rows * 32)], batch.InputIds[..(range.Rows * 32)]);
            Assert.AreSequenceEqual(expected.MaskedPositions[..expected.MaskedCount], batch.MaskedPositions[..batch.MaskedCount]);
            Assert.AreSequenceEqual(expected.MaskedIds[..expected.MaskedCount], batch.MaskedIds[..batch.MaskedCount]);
        }

        Assert.IsFalse(loader.TryNext(out _), "the plan has ended");
    }

    [TestMethod]
    public void Read_Batch_PadsBehindEachSampleAndMasksRealTokensOnly()
    {
        var batch = new MaskedBatch(16, 32);
        Reader().Read(0, 16, batch);
        for (int row = 0; row < 16; row++)
            Assert.IsTrue(batch.InputIds[(row * 32 + batch.Lengths[row])..((row + 1) * 32)].All(id => id == s_tiny.Corpus.Tokenizer.Vocabulary.PadId));
        Assert.IsTrue(batch.MaskedPositions[..batch.MaskedCount].All(position => position % 32 < batch.Lengths[position / 32]));
    }

    [TestMethod]
    public void Plan_Ranks_ShareEveryGlobalBatchWithoutGapsInTheOrderOfOne()
    {
        long[] one = [.. Positions(BatchRange.Plan(0, _ => 12, 5).Take(9))];
        IEnumerable<long>[] ranks = [.. Enumerable.Range(0, 3).Select(rank => Positions(BatchRange.Plan(0, _ => 12, 5, rank, 3).Take(3)))];
        Assert.AreSequenceEqual(one[..36].Order(), ranks.SelectMany(positions => positions).Order());
        Assert.AreSequenceEqual([0L, 1, 2, 3, 12, 13, 14, 15, 24, 25, 26, 27], ranks[0]);
    }

    [TestMethod]
    public void TryNext_ErrorOfThePlan_SurfacesAtTheConsumer()
    {
        static IEnumerable<BatchRange> Plan()
        {
            yield return new BatchRange(0, 2);
            throw new InvalidDataException("damaged");
        }

        using var loader = new MaskedBatchLoader(Reader(), Plan(), 2);
        Assert.IsTrue(loader.TryNext(out _));
        Assert.AreEqual("damaged", Assert.ThrowsExactly<InvalidDataException>(() => loader.TryNext(out _)).Message);
    }

    [TestMethod]
    public void TryNext_Cancelled_Throws()
    {
        using var loader = new MaskedBatchLoader(Reader(), BatchRange.Plan(0, _ => 4, 4), 4);
        Assert.ThrowsExactly<OperationCanceledException>(() => loader.TryNext(out _, new CancellationToken(true)));
    }

    private static IEnumerable<long> Positions(IEnumerable<BatchRange> plan) => plan.SelectMany(range => Enumerable.Range(0, range.Rows).Select(row => range.Position + row));

    private static MaskedBatchReader Reader() => new(
        s_tiny.Corpus.Train, new SampleOrder(1, s_tiny.Corpus.Train.SampleCount, 10), new SampleMasker(s_tiny.Corpus.Tokenizer.Vocabulary, new MaskingOptions(), 1));
}
