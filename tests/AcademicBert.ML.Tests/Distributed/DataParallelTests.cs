using AcademicBert.Distributed;
using AcademicBert.Modeling;
using AcademicBert.Optimization;
using AcademicBert.Pretraining;
using AcademicBert.Tests.Pretraining;
using AcademicBert.Training;
using TorchSharp;

namespace AcademicBert.Tests.Distributed;

/// <summary>Training on several ranks gives what one process gives. The ranks are threads here; <see cref="MpiTests"/> has processes.</summary>
[TestClass]
public sealed class DataParallelTests
{
    private static TinyCorpus s_tiny = null!;

    public required TestContext TestContext { get; set; }

    [ClassInitialize]
    public static void Prepare(TestContext context) => s_tiny = new TinyCorpus();

    [ClassCleanup]
    public static void CleanUp() => s_tiny.Dispose();

    /// <summary>Fifty steps with dropout and unequal lengths, at the peak learning rate of the paper.</summary>
    public static PretrainingOptions Options(int steps = 50) => TinyCorpus.Options(steps) with { Device = "cpu", Schedule = new LearningRateSchedule { Peak = 1e-3 } };

    [TestMethod]
    [DataRow(2)]
    [DataRow(3)]
    [DataRow(4)]
    public void Run_Ranks_LossesEqualThoseOfOneProcess(int size)
    {
        (double[] expected, _) = Train(Options());
        (double[] losses, string fingerprint)[] ranks = Train(Options(), size);
        AssertLosses(expected, ranks[0].losses, TestContext);
        Assert.HasCount(1, ranks.Select(rank => rank.fingerprint).Distinct(), "all ranks have the same parameters, bit for bit");
    }

    [TestMethod]
    [DataRow(GradientReduction.Float32)]
    [DataRow(GradientReduction.BFloat16)]
    public void Run_ShardedOptimizer_GivesTheSameBits(GradientReduction reduction)
    {
        // Several chunks, the last one rounded up.
        PretrainingOptions options = Options(8) with { Distributed = new DistributedOptions { Reduction = reduction, ChunkMegabytes = 1 } };
        options = options with { Model = options.Model with { HiddenSize = 256, IntermediateSize = 1024 } };
        (double[] losses, string fingerprint)[] whole = Train(options, 3), sharded = Train(options with { Distributed = options.Distributed with { ShardOptimizer = true } }, 3);
        Assert.AreSequenceEqual(whole[0].losses, sharded[0].losses);
        Assert.HasCount(1, whole.Concat(sharded).Select(rank => rank.fingerprint).Distinct());
    }

    [TestMethod]
    public void Run_GradientsInBFloat16_StayCloseToThoseInFloat32()
    {
        PretrainingOptions options = Options(20);
        double[] exact = Train(options, 2)[0].losses, rounded = Train(options with { Distributed = new DistributedOptions { Reduction = GradientReduction.BFloat16 } }, 2)[0].losses;
        Assert.AreNotEqual(exact[^1], rounded[^1], "gradients were rounded");
        for (int i = 0; i < exact.Length; i++)
            Assert.AreEqual(exact[i], rounded[i], 1e-3 * exact[i], $"step {i + 1}");
    }

    [TestMethod]
    [DataRow(AdamWVariant.Lamb, 0)]
    [DataRow(AdamWVariant.Decoupled, 0.1)]
    public void Run_LambOrClipping_LossesEqualThoseOfOneProcess(AdamWVariant variant, double clip)
    {
        PretrainingOptions options = Options(10) with { Optimizer = new AdamWOptions { Variant = variant, MaxGradientNorm = clip } };
        AssertLosses(Train(options).Losses, Train(options, 2)[0].losses, TestContext);
    }

    [TestMethod]
    public void Run_BatchRampThatRanksCannotShareEqually_LossesEqualThoseOfOneProcess()
    {
        PretrainingOptions options = Options(10) with { BatchRamp = new BatchRamp { From = 5, OverSamples = 60 } };
        AssertLosses(Train(options).Losses, Train(options, 3)[0].losses, TestContext);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Run_StoppedOnFourRanks_ContinuesOnOneAndOnTwo(bool sharded)
    {
        PretrainingOptions options = Options(12) with { Distributed = new DistributedOptions { ShardOptimizer = sharded } };
        (double[] expected, _) = Train(options);
        string folder = Path.Combine(s_tiny.Folder, $"ranks-{sharded}");
        double[] first = Train(options, 4, folder, stopAt: 4)[0].losses;
        (double[] second, _) = Train(options, folder, stopAt: 8);
        double[] third = Train(options, 2, folder)[0].losses;
        AssertLosses(expected, [.. first, .. second, .. third], TestContext);
        Assert.AreSequenceEqual(Enumerable.Range(1, 12).Select(step => (long)step), MetricsLog.Read(folder).Where(line => line.Event == "step").Select(line => line.Step), "the journal is rank 0's alone");
    }

    [TestMethod]
    public void Run_NonFiniteGradientOnOneRank_SkipsTheStepOnAll()
    {
        // Rank 1 alone reads NaN into a gradient, before it is reduced.
        bool[] applied = ThreadRanks.Run(2, ranks =>
        {
            using var model = BertModel.Create(Options().Model with { VocabularySize = 40 }, HeadSpec.MaskedLanguageModel, 1);
            using var optimizer = new ParallelOptimizer(model.Parameters, new AdamWOptions(), ranks, ranks.BuffersOn(torch.CPU), new DistributedOptions());
            model.Parameters.Gradients.fill_(ranks.Rank == 1 ? double.NaN : 1);
            return double.IsFinite(optimizer.Reduce([1]));
        });
        Assert.AreSequenceEqual([false, false], applied);
    }

    [TestMethod]
    public void Run_ErrorOnOneRank_EndsTheOthersWithItsReason()
    {
        string[] messages = ThreadRanks.Run(3, ranks =>
        {
            var progress = new RecordedProgress(step => { if (step.Position.Steps == 3) throw new IOException("the disk is gone"); });
            try
            {
                Pretrainer.Run(Options(), s_tiny.Corpus, progress: progress, ranks: ranks).Dispose();
                return "";
            }
            catch (Exception error)
            {
                return error.Message;
            }
        });
        Assert.AreEqual("the disk is gone", messages[0]);
        Assert.Contains("Rank 0 failed: the disk is gone", messages[1]);
        Assert.Contains("Rank 0 failed: the disk is gone", messages[2]);
    }

    [TestMethod]
    public void Run_RanksWithOtherOptions_SaysWhich()
    {
        string[] messages = ThreadRanks.Run(2, ranks =>
        {
            PretrainingOptions options = Options() with { Seed = ranks.Rank == 0 ? 1u : 2u };
            return Assert.Throws<Exception>(() => Pretrainer.Run(options, s_tiny.Corpus, ranks: ranks)).Message;
        });
        Assert.Contains("Rank 1 and rank 0 differ in their options", messages[0]);
    }

    [TestMethod]
    [DataRow("2")]
    [DataRow("all")]
    public void Run_DevicesOfOneProcess_LossesEqualThoseOfOne(string devices)
    {
        PretrainingOptions options = Options(10) with { Threads = 1 };
        AssertLosses(Train(options).Losses, Train(options with { Distributed = new DistributedOptions { Devices = devices } }).Losses, TestContext);
    }

    [TestMethod]
    public void Run_MoreRanksThanSamplesOfABatch_NamesTheOption() =>
        Assert.Contains("BatchSize", Assert.ThrowsExactly<ArgumentException>(() => Train(Options() with { BatchSize = 1 }, 2)).Message);

    /// <summary>1e-6 over the first ten steps, 1e-5 after.</summary>
    public static void AssertLosses(double[] expected, double[] actual, TestContext context)
    {
        Assert.HasCount(expected.Length, actual);
        context.WriteLine($"largest relative difference {expected.Zip(actual, (a, b) => Math.Abs(a - b) / a).Max():E1}");
        for (int i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], actual[i], (i < 10 ? 1e-6 : 1e-5) * expected[i], $"step {i + 1}");
    }

    private static (double[] Losses, string Fingerprint) Train(PretrainingOptions options, string? folder = null, int stopAt = 0) => Train(options, ProcessGroup.Single, folder, stopAt);

    private static (double[] losses, string fingerprint)[] Train(PretrainingOptions options, int size, string? folder = null, int stopAt = 0) =>
        ThreadRanks.Run(size, ranks => Train(options, ranks, folder, stopAt));

    private static (double[] Losses, string Fingerprint) Train(PretrainingOptions options, ProcessGroup ranks, string? folder, int stopAt)
    {
        var control = new TrainingControl();
        var progress = new RecordedProgress(step => { if (step.Position.Steps == stopAt) control.RequestStop(); });
        try
        {
            using PretrainingResult result = Pretrainer.Run(options, s_tiny.Corpus, folder, progress, control: control, ranks: ranks);
            return ([.. progress.Steps.Select(step => step.Loss)], RankProgram.Fingerprint(result));
        }
        catch (OperationCanceledException)
        {
            return ([.. progress.Steps.Select(step => step.Loss)], "");
        }
    }
}
