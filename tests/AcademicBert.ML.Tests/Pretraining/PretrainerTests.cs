using AcademicBert.Masking;
using AcademicBert.Modeling;
using AcademicBert.Optimization;
using AcademicBert.Pretraining;
using AcademicBert.Training;
using TorchSharp;

namespace AcademicBert.Tests.Pretraining;

[TestClass]
public sealed class PretrainerTests
{
    private static TinyCorpus s_tiny = null!;

    [ClassInitialize]
    public static void Prepare(TestContext context) => s_tiny = new TinyCorpus();

    [ClassCleanup]
    public static void CleanUp() => s_tiny.Dispose();

    [TestMethod]
    public void Run_LearnableText_LowersTheHeldOutLossFarBelowGuessing()
    {
        var progress = new RecordedProgress();
        PretrainingOptions options = TinyCorpus.Options(300) with { MicroBatchSize = 16, Schedule = new LearningRateSchedule { Peak = 2e-3 } };
        options = options with { Model = options.Model with { HiddenSize = 64, IntermediateSize = 128 } };
        using PretrainingResult result = Pretrainer.Run(options, s_tiny.Corpus, progress: progress);
        Assert.AreEqual(300, result.Position.Steps);
        Assert.AreEqual(300 * 16, result.Position.Samples);
        double first = progress.Steps.First().Loss;
        Assert.IsGreaterThan(3.5, first, "a network that knows nothing");
        Assert.IsLessThan(first / 2, result.Validation!.Value.Loss);
        Assert.IsGreaterThan(0.3, result.Validation.Value.Accuracy);
    }

    [TestMethod]
    public void Run_SameSeed_GivesTheSameLossesBitForBit()
    {
        Assert.AreSequenceEqual(Losses(TinyCorpus.Options(12)), Losses(TinyCorpus.Options(12)));
        Assert.AreNotEqual(Losses(TinyCorpus.Options(12))[^1], Losses(TinyCorpus.Options(12) with { Seed = 7 })[^1]);
    }

    [TestMethod]
    public void Run_OtherMicroBatch_GivesTheSameLossesButForRounding()
    {
        double[] small = Losses(TinyCorpus.Options(6)), large = Losses(TinyCorpus.Options(6) with { MicroBatchSize = 16 });
        for (int i = 0; i < small.Length; i++)
            Assert.AreEqual(small[i], large[i], 2e-5 * small[i], $"step {i + 1}");
    }

    [TestMethod]
    public void Run_StoppedAndStartedAgain_ContinuesBitForBit()
    {
        PretrainingOptions options = TinyCorpus.Options(14) with { CheckpointEvery = TrainingBudget.Steps(4) };
        var whole = new RecordedProgress();
        using PretrainingResult expected = Pretrainer.Run(options, s_tiny.Corpus, progress: whole);

        string folder = Path.Combine(s_tiny.Folder, "resumed");
        using var stop = new CancellationTokenSource();
        var before = new RecordedProgress(progress => { if (progress.Position.Steps == 9) stop.Cancel(); });
        Assert.ThrowsExactly<OperationCanceledException>(() => Pretrainer.Run(options, s_tiny.Corpus, folder, before, cancellationToken: stop.Token));
        var after = new RecordedProgress();
        using PretrainingResult resumed = Pretrainer.Run(options, s_tiny.Corpus, folder, after);

        Assert.AreEqual(10, after.Steps.First().Position.Steps);
        Assert.AreSequenceEqual(whole.Steps.Skip(9).Select(step => step.Loss), after.Steps.Select(step => step.Loss));
        Assert.AreSequenceEqual(Parameters(expected), Parameters(resumed));
        Assert.AreEqual(14, MetricsLog.Read(folder).Count(line => line.Event == "step"), "each step stands once in the journal");
    }

    [TestMethod]
    public void Run_LossThatIsNoNumberWhenItEnds_LeavesACheckpointThatCanBeRead()
    {
        string folder = Path.Combine(s_tiny.Folder, "no-number");
        PretrainingOptions options = TinyCorpus.Options(3) with { Schedule = new LearningRateSchedule { Peak = 1e30, WarmupProportion = 0 } };
        using (PretrainingResult ended = Pretrainer.Run(options, s_tiny.Corpus, folder))
            Assert.IsFalse(double.IsFinite(ended.Validation!.Value.Loss));
        using PretrainingResult again = Pretrainer.Run(options, s_tiny.Corpus, folder);
        Assert.AreEqual(3, again.Position.Steps);
    }

    [TestMethod]
    public void Run_StoppedWithinTheFirstStep_LeavesTheFolderFreeForOtherOptions()
    {
        string folder = Path.Combine(s_tiny.Folder, "stopped-at-once");
        Assert.ThrowsExactly<OperationCanceledException>(() => Pretrainer.Run(TinyCorpus.Options(3), s_tiny.Corpus, folder, cancellationToken: new CancellationToken(canceled: true)));
        using PretrainingResult other = Pretrainer.Run(TinyCorpus.Options(2), s_tiny.Corpus, folder);
        Assert.AreEqual(2, other.Position.Steps);
    }

    [TestMethod]
    public void Run_KilledBetweenCheckpoints_RepeatsTheLostStepsBitForBit()
    {
        PretrainingOptions options = TinyCorpus.Options(10) with { CheckpointEvery = TrainingBudget.Steps(4) };
        using PretrainingResult expected = Pretrainer.Run(options, s_tiny.Corpus);
        string folder = Path.Combine(s_tiny.Folder, "killed");
        var crash = new RecordedProgress(progress => { if (progress.Position.Steps == 7) throw new IOException("as if killed"); });
        Assert.ThrowsExactly<IOException>(() => Pretrainer.Run(options, s_tiny.Corpus, folder, crash));

        var after = new RecordedProgress();
        using PretrainingResult resumed = Pretrainer.Run(options, s_tiny.Corpus, folder, after);
        Assert.AreEqual(6, after.Steps.First().Position.Steps, "the best validation so far, after step 5, has a checkpoint");
        Assert.AreSequenceEqual(Parameters(expected), Parameters(resumed));
        Assert.AreSequenceEqual(Enumerable.Range(1, 10).Select(step => (long)step), MetricsLog.Read(folder).Where(line => line.Event == "step").Select(line => line.Step));
    }

    [TestMethod]
    public void Run_RunFolder_HoldsOptionsMetricsCheckpointsAndAModelThatLoads()
    {
        string folder = Path.Combine(s_tiny.Folder, "run");
        using PretrainingResult result = Pretrainer.Run(TinyCorpus.Options(4), s_tiny.Corpus, folder);
        Assert.IsTrue(File.Exists(Path.Combine(folder, "options.json")));
        Assert.IsTrue(Directory.Exists(Path.Combine(folder, "checkpoints", $"step-{result.Position.Steps:D8}")));
        string model = Path.Combine(folder, "model");
        foreach (string file in (string[])["config.json", "model.safetensors", "vocab.txt", "tokenizer_config.json", "special_tokens_map.json", "README.md"])
            Assert.IsTrue(File.Exists(Path.Combine(model, file)), file);
        using PretrainedBert loaded = PretrainedBert.Load(model);
        Assert.AreEqual(result.Model.Config, loaded.Config);
        Assert.AreEqual(result.Model.Tokenizer.Fingerprint, loaded.Tokenizer.Fingerprint);
        Assert.AreSequenceEqual(Parameters(result), loaded.Model.Parameters.Slots.SelectMany(loaded.Model.Parameters.ToArray));
    }

    [TestMethod]
    public void Run_OtherOptionsInTheSameRunFolder_NamesWhatDiffers()
    {
        string folder = Path.Combine(s_tiny.Folder, "changed");
        Pretrainer.Run(TinyCorpus.Options(2), s_tiny.Corpus, folder).Dispose();
        ArgumentException error = Assert.ThrowsExactly<ArgumentException>(() => Pretrainer.Run(TinyCorpus.Options(2) with { BatchSize = 8 }, s_tiny.Corpus, folder));
        Assert.Contains("PretrainingOptions.BatchSize", error.Message);
        Pretrainer.Run(TinyCorpus.Options(2) with { MicroBatchSize = 4 }, s_tiny.Corpus, folder).Dispose();
    }

    [TestMethod]
    public void Run_StopRequested_FinishesTheStepAndContinuesBitForBit()
    {
        PretrainingOptions options = TinyCorpus.Options(8);
        using PretrainingResult expected = Pretrainer.Run(options, s_tiny.Corpus);
        string folder = Path.Combine(s_tiny.Folder, "requested");
        var control = new TrainingControl();
        var before = new RecordedProgress(progress => { if (progress.Position.Steps == 5) control.RequestStop(); });
        Assert.ThrowsExactly<OperationCanceledException>(() => Pretrainer.Run(options, s_tiny.Corpus, folder, before, control: control));
        Assert.AreEqual(5, before.Steps.Last().Position.Steps);
        var after = new RecordedProgress();
        using PretrainingResult resumed = Pretrainer.Run(options, s_tiny.Corpus, folder, after);
        Assert.AreEqual(6, after.Steps.First().Position.Steps);
        Assert.AreSequenceEqual(Parameters(expected), Parameters(resumed));
    }

    [TestMethod]
    public void Run_StopRequestedWhenAValidationIsDue_BreaksItOffAndMakesUpForIt()
    {
        PretrainingOptions options = TinyCorpus.Options(8) with { Validation = new ValidationPlan { Interval = 0.25, EarlyInterval = 0 }, Snapshots = [0.5] };
        string whole = Path.Combine(s_tiny.Folder, "not-broken-off"), folder = Path.Combine(s_tiny.Folder, "broken-off");
        using PretrainingResult expected = Pretrainer.Run(options, s_tiny.Corpus, whole);
        foreach (int step in (int[])[4, 8])
        {
            var control = new TrainingControl();
            var before = new RecordedProgress(progress => { if (progress.Position.Steps == step) control.RequestStop(); });
            Assert.ThrowsExactly<OperationCanceledException>(() => Pretrainer.Run(options, s_tiny.Corpus, folder, before, control: control));
            Assert.AreEqual(step, before.All[^1].Position.Steps);
            Assert.IsFalse(before.All[^1].IsValidation, "it does not wait for the validation");
        }

        var after = new RecordedProgress();
        using PretrainingResult resumed = Pretrainer.Run(options, s_tiny.Corpus, folder, after);
        Assert.IsEmpty(after.Steps);
        Assert.AreSequenceEqual(Validations(whole), Validations(folder));
        Assert.AreSequenceEqual(Parameters(expected), Parameters(resumed));
        Assert.IsTrue(Directory.Exists(Path.Combine(folder, "snapshots", "50-percent")));

        static IEnumerable<(long, double?)> Validations(string run) => MetricsLog.Read(run).Where(line => line.Event == "validation").Select(line => (line.Step, line.Loss));
    }

    [TestMethod]
    public void Run_PausedAtMarks_EndsWithTheLossAndWeightsOfAnUnpausedRunBitForBit()
    {
        PretrainingOptions options = TinyCorpus.Options(10) with { Validation = new ValidationPlan { Interval = 0, EarlyInterval = 0 } };
        using PretrainingResult expected = Pretrainer.Run(options, s_tiny.Corpus);
        string folder = Path.Combine(s_tiny.Folder, "paused");
        double? loss = null;
        foreach (int mark in (int[])[2, 5, 5])
        {
            using PretrainingResult paused = Pretrainer.Run(options, s_tiny.Corpus, folder, control: new TrainingControl { PauseAt = TrainingBudget.Steps(mark) });
            Assert.AreEqual((StopReason.Paused, (long)mark), (paused.StopReason, paused.Position.Steps));
            Assert.IsFalse(Directory.Exists(Path.Combine(folder, "model")), "a model is a result, and there is none yet");
            if (paused.Position.Steps == 5)
                Assert.AreEqual(loss ??= paused.Validation!.Value.Loss, paused.Validation!.Value.Loss, "asked again, a mark that is reached costs no step");
        }

        using PretrainingResult resumed = Pretrainer.Run(options, s_tiny.Corpus, folder);
        Assert.AreEqual((StopReason.BudgetUsed, 10L), (resumed.StopReason, resumed.Position.Steps));
        Assert.AreEqual(expected.Validation, resumed.Validation);
        Assert.AreSequenceEqual(Parameters(expected), Parameters(resumed));
        Assert.AreEqual(10, MetricsLog.Read(folder).Count(line => line.Event == "step"));
    }

    [TestMethod]
    public void Run_EndedRunWithoutCheckpoints_IsRefusedAndKeepsWhatItHas()
    {
        string folder = Path.Combine(s_tiny.Folder, "no-checkpoints"), journal = Path.Combine(folder, "metrics.jsonl");
        Pretrainer.Run(TinyCorpus.Options(3), s_tiny.Corpus, folder).Dispose();
        Directory.Delete(Path.Combine(folder, "checkpoints"), recursive: true);
        string before = File.ReadAllText(journal);
        Assert.Contains("its checkpoints are gone", Assert.ThrowsExactly<IOException>(() => Pretrainer.Run(TinyCorpus.Options(3), s_tiny.Corpus, folder)).Message);
        Assert.AreEqual(before, File.ReadAllText(journal));
    }

    [TestMethod]
    public void Run_FolderOfFinetuning_IsRefusedAndKeepsWhatItHas()
    {
        string folder = Directory.CreateDirectory(Path.Combine(s_tiny.Folder, "of-finetuning")).FullName, options = Path.Combine(folder, "options.json");
        File.WriteAllText(options, "those of fine-tuning");
        File.WriteAllText(Path.Combine(folder, "finetuning.jsonl"), "");
        Assert.Contains("another kind, with a finetuning.jsonl", Assert.ThrowsExactly<ArgumentException>(() => Pretrainer.Run(TinyCorpus.Options(3), s_tiny.Corpus, folder)).Message);
        Assert.AreEqual("those of fine-tuning", File.ReadAllText(options));
    }

    [TestMethod]
    public void Run_CheckpointRequested_WritesItAndGoesOn()
    {
        string folder = Path.Combine(s_tiny.Folder, "checkpoint-on-request");
        var control = new TrainingControl();
        var progress = new RecordedProgress(step =>
        {
            if (step.Position.Steps == 3)
                control.RequestCheckpoint();
        });
        using PretrainingResult result = Pretrainer.Run(TinyCorpus.Options(6) with { CheckpointEvery = TrainingBudget.Steps(100) }, s_tiny.Corpus, folder, progress, control: control);
        Assert.AreEqual(6, result.Position.Steps);
        Assert.AreSequenceEqual(
            ["step-00000003", "step-00000006"], Directory.EnumerateDirectories(Path.Combine(folder, "checkpoints")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [TestMethod]
    public void Run_BatchRamp_GrowsTheBatchAndResumesInTheMiddleOfIt()
    {
        PretrainingOptions options = TinyCorpus.Options(9) with { BatchRamp = new BatchRamp { From = 4, OverSamples = 40 } };
        var whole = new RecordedProgress();
        using PretrainingResult expected = Pretrainer.Run(options, s_tiny.Corpus, progress: whole);
        long[] samples = [.. whole.Steps.Select(step => step.Position.Samples)];
        Assert.AreEqual(4, samples[0]);
        Assert.AreEqual(16, samples[^1] - samples[^2]);
        long[] sizes = [.. samples.Zip(samples.Prepend(0), (after, before) => after - before)];
        Assert.AreSequenceEqual(sizes.Order(), sizes);
        string folder = Path.Combine(s_tiny.Folder, "ramp");
        var control = new TrainingControl();
        var stop = new RecordedProgress(progress => { if (progress.Position.Steps == 3) control.RequestStop(); });
        Assert.ThrowsExactly<OperationCanceledException>(() => Pretrainer.Run(options, s_tiny.Corpus, folder, stop, control: control));
        using PretrainingResult resumed = Pretrainer.Run(options, s_tiny.Corpus, folder);
        Assert.AreSequenceEqual(Parameters(expected), Parameters(resumed));
    }

    [TestMethod]
    public void Run_ThousandSteps_KeepsTheNumberOfTensorsAndTheMemory()
    {
        PretrainingOptions options = TinyCorpus.Options(1000) with { BatchSize = 2, MicroBatchSize = 1, Validation = new ValidationPlan { Interval = 0.125, EarlyInterval = 0 } };
        var live = new Dictionary<long, (long Tensors, long Bytes)>();
        var progress = new RecordedProgress(step =>
        {
            if (step.Position.Steps is not (200 or 1000) || step.IsValidation)
                return;
            // Garbage may fill as much as the processor's cache before it is collected.
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive);
            live[step.Position.Steps] = (DisposeScopeManager.Statistics.ThreadTotalLiveCount, Environment.WorkingSet);
        });
        Pretrainer.Run(options, s_tiny.Corpus, progress: progress).Dispose();
        Assert.AreEqual(live[200].Tensors, live[1000].Tensors, "the first validation, at step 125, has its own views");
        Assert.IsLessThan(64L << 20, live[1000].Bytes - live[200].Bytes, "bytes of working set over 800 steps");
    }

    [TestMethod]
    public void Run_LearningRateThatDiverges_StopsWithTheParametersOfTheLastGoodStep()
    {
        PretrainingOptions options = TinyCorpus.Options(60) with { Schedule = new LearningRateSchedule { Peak = 1e30, WarmupProportion = 0 }, NonFiniteLimit = 3 };
        var progress = new RecordedProgress();
        TrainingDivergedException error = Assert.ThrowsExactly<TrainingDivergedException>(() => Pretrainer.Run(options, s_tiny.Corpus, progress: progress));
        Assert.Contains("Schedule.Peak", error.Message);
        Assert.AreEqual(3, progress.Steps.Count(step => step.Skipped));
    }

    [TestMethod]
    public void Run_TimeBudget_ReadsTheLearningRateFromTheClockAndStopsWithinOneStep()
    {
        var clock = new SteppedTime();
        var progress = new RecordedProgress(_ => clock.Advance(TimeSpan.FromSeconds(10)));
        PretrainingOptions options = TinyCorpus.Options(1) with { Budget = TrainingBudget.Parse("100s"), Schedule = new LearningRateSchedule { Peak = 1e-3, WarmupProportion = 0.2 } };
        using PretrainingResult result = Pretrainer.Run(options, s_tiny.Corpus, progress: progress, time: clock);
        double[] rates = [.. progress.Steps.Select(step => step.LearningRate)];
        Assert.AreEqual(0, rates[0], 1e-12);
        Assert.AreEqual(5e-4, rates[2], 1e-12, "10 s into a warm-up of 20 s");
        Assert.AreEqual(1e-3, rates[3], 1e-12);
        Assert.AreEqual(1e-3 * 70 / 80, rates[4], 1e-12);
        Assert.HasCount(11, rates, "each report moves the clock 10 s after its step was read");
    }

    [TestMethod]
    [DataRow(0, "BatchSize")]
    [DataRow(-4, "BatchSize")]
    public void Run_BadBatchSize_NamesTheOption(int batchSize, string option)
    {
        ArgumentException error = Assert.ThrowsExactly<ArgumentException>(() => Pretrainer.Run(TinyCorpus.Options(2) with { BatchSize = batchSize }, s_tiny.Corpus));
        Assert.Contains(option, error.Message);
    }

    [TestMethod]
    public void Run_BatchLargerThanTheCorpus_SaysSoAndNamesARecipeThatThereIs()
    {
        var lines = new List<string>();
        long samples = s_tiny.Corpus.Train.SampleCount;
        Pretrainer.Run(TinyCorpus.Options(1) with { BatchSize = (int)samples + 1, MicroBatchSize = 32 }, s_tiny.Corpus, log: lines.Add).Dispose();
        Assert.Contains($"which has {samples}", lines[0]);
        Assert.Contains(NamedRecipes.Names.Single(name => lines[0].Contains(name, StringComparison.Ordinal)), lines[0]);
    }

    [TestMethod]
    public void Run_BudgetShorterThanOneStep_SaysSo()
    {
        PretrainingOptions options = TinyCorpus.Options(2) with { Budget = TrainingBudget.Samples(15) };
        Assert.Contains("one step", Assert.ThrowsExactly<ArgumentException>(() => Pretrainer.Run(options, s_tiny.Corpus)).Message);
    }

    [TestMethod]
    public void Run_VocabularyThatDoesNotFit_NamesBothSizes()
    {
        PretrainingOptions options = TinyCorpus.Options(2);
        options = options with { Model = options.Model with { VocabularySize = 30522 } };
        ArgumentException error = Assert.ThrowsExactly<ArgumentException>(() => Pretrainer.Run(options, s_tiny.Corpus));
        Assert.Contains("30522", error.Message);
    }

    [TestMethod]
    public void Run_ModelShorterThanTheSamples_NamesTheOption()
    {
        PretrainingOptions options = TinyCorpus.Options(2);
        options = options with { Model = options.Model with { MaxPositions = 16 } };
        Assert.Contains("MaxPositions", Assert.ThrowsExactly<ArgumentException>(() => Pretrainer.Run(options, s_tiny.Corpus)).Message);
    }

    private static double[] Losses(PretrainingOptions options)
    {
        var progress = new RecordedProgress();
        Pretrainer.Run(options, s_tiny.Corpus, progress: progress).Dispose();
        return [.. progress.Steps.Select(step => step.Loss)];
    }

    private static IEnumerable<float> Parameters(PretrainingResult result) =>
        result.Model.Model.Parameters.Slots.SelectMany(result.Model.Model.Parameters.ToArray);
}
