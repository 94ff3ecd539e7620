using AcademicBert.Modeling;
using AcademicBert.Pretraining;
using AcademicBert.Tests.Modeling;
using AcademicBert.Training;

namespace AcademicBert.Tests.Pretraining;

/// <summary>Whole runs on a GPU against the same runs on the CPU; skipped where there is none.</summary>
[TestClass]
public sealed class GpuRunTests
{
    private static TinyCorpus s_tiny = null!;

    [ClassInitialize]
    public static void Prepare(TestContext context) => s_tiny = new TinyCorpus();

    [ClassCleanup]
    public static void CleanUp() => s_tiny.Dispose();

    [TestMethod]
    [DataRow(ComputePrecision.Float32, 2e-3)]
    [DataRow(ComputePrecision.BFloat16, 3e-2)]
    [DataRow(ComputePrecision.Float16, 3e-2)]
    public void Run_TwoHundredSteps_FollowsTheCurveOfTheCpu(ComputePrecision precision, double tolerance)
    {
        Engines.Gpu();
        double[] expected = Losses(TinyCorpus.Options(200) with { Device = "cpu" });
        double[] actual = Losses(TinyCorpus.Options(200) with { Device = "cuda", Precision = precision });
        for (int i = 0; i < expected.Length; i += 20)
        {
            int end = Math.Min(i + 20, expected.Length);
            double mean = expected[i..end].Average();
            Assert.AreEqual(mean, actual[i..end].Average(), tolerance * mean, $"steps {i + 1} to {end}");
        }
    }

    [TestMethod]
    public void Run_StoppedAndStartedAgain_ContinuesBitForBit()
    {
        Engines.Gpu();
        PretrainingOptions options = TinyCorpus.Options(12) with { Device = "cuda", Precision = ComputePrecision.Float16, CheckpointEvery = TrainingBudget.Steps(4) };
        double[] whole = Losses(options);
        string folder = Path.Combine(s_tiny.Folder, "gpu");
        using var stop = new CancellationTokenSource();
        var before = new RecordedProgress(progress => { if (progress.Position.Steps == 7) stop.Cancel(); });
        Assert.ThrowsExactly<OperationCanceledException>(() => Pretrainer.Run(options, s_tiny.Corpus, folder, before, cancellationToken: stop.Token));
        var after = new RecordedProgress();
        using PretrainingResult result = Pretrainer.Run(options, s_tiny.Corpus, folder, after);
        Assert.AreSequenceEqual(whole, [.. before.Steps.Concat(after.Steps).Select(progress => progress.Loss)]);
    }

    [TestMethod]
    public void Run_AutomaticMicroBatch_IsTheWholeBatchWhereItFits()
    {
        Engines.Gpu();
        Assert.HasCount(2, Losses(TinyCorpus.Options(2) with { Device = "cuda", MicroBatchSize = 0 }));
    }

    private static double[] Losses(PretrainingOptions options)
    {
        var progress = new RecordedProgress();
        using PretrainingResult result = Pretrainer.Run(options, s_tiny.Corpus, progress: progress);
        return [.. progress.Steps.Select(step => step.Loss)];
    }
}
