using AcademicBert.Masking;
using AcademicBert.Optimization;
using AcademicBert.Pretraining;
using AcademicBert.Training;

namespace AcademicBert.Tests.Pretraining;

[TestClass]
public sealed class RunGuardsTests
{
    private static TinyCorpus s_tiny = null!;

    [ClassInitialize]
    public static void Prepare(TestContext context) => s_tiny = new TinyCorpus();

    [ClassCleanup]
    public static void CleanUp() => s_tiny.Dispose();

    [TestMethod]
    public void Run_LossAboveTheLimitAtTheMark_EndsThereAndStaysEnded()
    {
        PretrainingOptions options = TinyCorpus.Options(20) with { LossLimit = new LossLimit { After = TrainingBudget.Steps(6), MaxLoss = 0.5 } };
        string folder = Path.Combine(s_tiny.Folder, "limit");
        using (PretrainingResult result = Pretrainer.Run(options, s_tiny.Corpus, folder))
        {
            Assert.AreEqual(StopReason.LossAboveLimit, result.StopReason);
            Assert.AreEqual(6, result.Position.Steps);
        }

        using PretrainingResult again = Pretrainer.Run(options, s_tiny.Corpus, folder);
        Assert.AreEqual(6, again.Position.Steps);
        Assert.AreEqual(StopReason.LossAboveLimit, again.StopReason);
        Assert.AreEqual(StopReason.LossAboveLimit, RecordedRun.Open(folder).Ended);
    }

    [TestMethod]
    public void Run_LossBelowTheLimit_UsesItsBudget()
    {
        PretrainingOptions options = TinyCorpus.Options(8) with { LossLimit = new LossLimit { After = TrainingBudget.Steps(4), MaxLoss = 50 } };
        using PretrainingResult result = Pretrainer.Run(options, s_tiny.Corpus);
        Assert.AreEqual(StopReason.BudgetUsed, result.StopReason);
        using PretrainingResult early = Pretrainer.Run(options with { EarlyExit = TrainingBudget.Steps(3) }, s_tiny.Corpus);
        Assert.AreEqual(StopReason.EarlyExit, early.StopReason);
        Assert.AreEqual(3, early.Position.Steps);
    }

    [TestMethod]
    public void Run_Spike_LeavesTheUpdateOutOrStopsWithACheckpoint()
    {
        // A warm-up of one step to a huge learning rate: the loss jumps.
        PretrainingOptions options = TinyCorpus.Options(30) with
        {
            Schedule = new LearningRateSchedule { Peak = 2, Warmup = 26, Curve = LearningRateCurve.Exponential },
            Spikes = new SpikeGuard { WarmupSteps = 5, ZScore = 3, Memory = 0.8 },
        };
        var lines = new List<string>();
        var progress = new RecordedProgress();
        using (PretrainingResult result = Pretrainer.Run(options, s_tiny.Corpus, progress: progress, log: lines.Add))
            Assert.AreEqual(30, result.Position.Steps);
        Assert.Contains("spike", string.Join('\n', lines));
        Assert.IsTrue(progress.Steps.Any(step => step.Skipped));

        string folder = Path.Combine(s_tiny.Folder, "spike");
        options = options with { Spikes = options.Spikes with { Action = SpikeAction.Stop } };
        Assert.Contains("spike", Assert.ThrowsExactly<TrainingDivergedException>(() => Pretrainer.Run(options, s_tiny.Corpus, folder)).Message);
        Assert.IsNotEmpty(Directory.GetDirectories(Path.Combine(folder, "checkpoints")));
    }

    [TestMethod]
    public void Run_FolderThatAnotherTrainsIn_IsRefusedAndTheOtherGoesOn()
    {
        string folder = Path.Combine(s_tiny.Folder, "held");
        PretrainingOptions options = TinyCorpus.Options(4);
        string? refusal = null;
        var progress = new RecordedProgress(step => refusal ??= Assert.ThrowsExactly<IOException>(() => Pretrainer.Run(options, s_tiny.Corpus, folder)).Message);
        using (PretrainingResult result = Pretrainer.Run(options, s_tiny.Corpus, folder, progress))
            Assert.AreEqual(4, result.Position.Steps);
        Assert.Contains($"'{folder}': another process is training in this run folder", refusal!);
        Assert.IsFalse(File.Exists(Path.Combine(folder, ".lock")));
        using PretrainingResult again = Pretrainer.Run(options, s_tiny.Corpus, folder);
        Assert.AreEqual(4, again.Position.Steps);
    }

    [TestMethod]
    public void Run_Snapshots_KeepTheModelAtItsShareOnce()
    {
        string folder = Path.Combine(s_tiny.Folder, "snapshots");
        PretrainingOptions options = TinyCorpus.Options(8) with { Snapshots = [0.25, 0.5] };
        Pretrainer.Run(options, s_tiny.Corpus, folder).Dispose();
        string[] there = [.. Directory.GetDirectories(Path.Combine(folder, "snapshots")).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];
        Assert.AreSequenceEqual(["25-percent", "50-percent"], there);
        using PretrainedBert quarter = PretrainedBert.Load(Path.Combine(folder, "snapshots", "25-percent"));
        using PretrainingResult expected = Pretrainer.Run(options with { EarlyExit = TrainingBudget.Steps(2), Snapshots = [] }, s_tiny.Corpus);
        Assert.AreSequenceEqual(expected.Model.Model.Parameters.Values.data<float>().ToArray(), quarter.Model.Parameters.Values.data<float>().ToArray());
    }

    [TestMethod]
    public void Run_Replayed_GivesATimeBudgetsLossesAndEndAgain()
    {
        string folder = Path.Combine(s_tiny.Folder, "timed");
        PretrainingOptions options = TinyCorpus.Options(1) with { Budget = TrainingBudget.Time(TimeSpan.FromSeconds(0.4)) };
        var time = new SteppedTime();
        var first = new RecordedProgress(step => time.Advance(TimeSpan.FromMilliseconds(7 * (1 + step.Position.Steps % 5))));
        using PretrainingResult expected = Pretrainer.Run(options, s_tiny.Corpus, folder, first, time: time);
        var second = new RecordedProgress();
        using PretrainingResult replayed = Pretrainer.Run(options, s_tiny.Corpus, progress: second, replay: folder);
        Assert.AreSequenceEqual(first.Steps.Select(step => (step.Loss, step.LearningRate)), second.Steps.Select(step => (step.Loss, step.LearningRate)));
        Assert.AreSequenceEqual(expected.Model.Model.Parameters.Values.data<float>().ToArray(), replayed.Model.Model.Parameters.Values.data<float>().ToArray());
        Assert.Contains("metrics.jsonl", Assert.ThrowsExactly<FileNotFoundException>(() => Pretrainer.Run(options, s_tiny.Corpus, replay: s_tiny.Folder)).Message);
    }

    [TestMethod]
    public void Run_ClockSetBackAndForward_TrainsAsLongAndTheSame()
    {
        PretrainingOptions options = TinyCorpus.Options(1) with { Budget = TrainingBudget.Time(TimeSpan.FromSeconds(0.4)) };
        (StepProgress[] steady, double seconds) = Train(_ => 0, "steady");
        (StepProgress[] set, double secondsThen) = Train(step => step % 2 == 0 ? -3650 : 3650, "set");
        Assert.AreEqual(0.4, seconds, 0.03);
        Assert.AreEqual(seconds, secondsThen);
        Assert.AreSequenceEqual(steady, set);

        (StepProgress[] Steps, double Seconds) Train(Func<long, double> daysOff, string folder)
        {
            var time = new SteppedTime();
            var progress = new RecordedProgress(step =>
            {
                time.Advance(TimeSpan.FromMilliseconds(20));
                time.Now = DateTimeOffset.UnixEpoch.AddDays(10_000 + daysOff(step.Position.Steps));
            });
            using PretrainingResult result = Pretrainer.Run(options, s_tiny.Corpus, Path.Combine(s_tiny.Folder, folder), progress, time: time);
            return ([.. progress.Steps.Select(step => new StepProgress(step.Position.Seconds, step.Loss, step.LearningRate))], result.Position.Seconds);
        }
    }

    [TestMethod]
    public void Run_BestValidation_IsKeptAsACheckpoint()
    {
        string folder = Path.Combine(s_tiny.Folder, "best");
        PretrainingOptions options = TinyCorpus.Options(12) with { KeepCheckpoints = 1, CheckpointEvery = TrainingBudget.Steps(1000), Validation = new ValidationPlan { Interval = 0.25, EarlyInterval = 0 } };
        var progress = new RecordedProgress();
        Pretrainer.Run(options, s_tiny.Corpus, folder, progress).Dispose();
        long best = progress.Validations.MinBy(validation => validation.Validation!.Value.Loss)!.Position.Steps;
        string[] there = [.. Directory.GetDirectories(Path.Combine(folder, "checkpoints")).Select(path => Path.GetFileName(path)!)];
        Assert.Contains($"step-{best:D8}", there);
        Assert.Contains("step-00000012", there);
    }

    [TestMethod]
    public void Run_DayLongBudget_ValidatesEveryTenMinutesTo70AndThenEveryThirty()
    {
        var clock = new SteppedTime();
        var validations = new List<double>();
        var progress = new RecordedProgress(state =>
        {
            if (state.IsValidation)
                validations.Add(Math.Round(state.Position.Seconds / 60, 6));
            else
                clock.Advance(TimeSpan.FromMinutes(5));
        });
        PretrainingOptions options = TinyCorpus.Options(1) with { Budget = TrainingBudget.Parse("24h"), BatchSize = 1, Validation = new ValidationPlan { MaxSamples = 1 } };
        Pretrainer.Run(options, s_tiny.Corpus, progress: progress, time: clock).Dispose();
        double[] expected = [10, 20, 30, 40, 50, 60, 70, .. Enumerable.Range(3, 46).Select(half => half * 30.0)];
        // A validation is made after the step that reaches its time; the clock moves while a step is reported, so that is the next one.
        Assert.AreSequenceEqual(expected, validations);
    }

    [TestMethod]
    public void Run_FirstStepThatWouldOutlastTheBudget_IsBrokenOffAndLeavesNothing()
    {
        string folder = Path.Combine(s_tiny.Folder, "hours");
        PretrainingOptions options = TinyCorpus.Options(1) with { Budget = TrainingBudget.Time(TimeSpan.FromMilliseconds(50)), BatchSize = 1_000_000_000, BatchRamp = null };
        ArgumentException error = Assert.Throws<ArgumentException>(() => Pretrainer.Run(options, s_tiny.Corpus, folder));
        Assert.Contains("shorter than one step: the first, of BatchSize 1000000000, was broken off", error.Message);
        Assert.IsFalse(File.Exists(Path.Combine(folder, "options.json")));
    }

    [TestMethod]
    public void Validate_GuardsOutOfRange_NameTheOption()
    {
        Assert.Contains("ZScore", Assert.Throws<ArgumentException>(() => (TinyCorpus.Options(1) with { Spikes = new SpikeGuard { ZScore = 0 } }).Validate()).Message);
        Assert.Contains("Snapshots", Assert.Throws<ArgumentException>(() => (TinyCorpus.Options(1) with { Snapshots = [1.5] }).Validate()).Message);
        Assert.Contains("BatchRamp", Assert.Throws<ArgumentException>(() => (TinyCorpus.Options(1) with { BatchRamp = new BatchRamp { From = 99 } }).Validate()).Message);
    }

    private readonly record struct StepProgress(double Seconds, double? Loss, double? LearningRate);
}
