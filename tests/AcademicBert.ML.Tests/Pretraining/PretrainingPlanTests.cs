using AcademicBert.Modeling;
using AcademicBert.Pretraining;
using AcademicBert.Training;

namespace AcademicBert.Tests.Pretraining;

[TestClass]
public sealed class PretrainingPlanTests
{
    private static TinyCorpus s_tiny = null!;

    [ClassInitialize]
    public static void Prepare(TestContext context) => s_tiny = new TinyCorpus();

    [ClassCleanup]
    public static void CleanUp() => s_tiny.Dispose();

    [TestMethod]
    public void Plan_Steps_CountsWhatTheRunWillDo()
    {
        PretrainingOptions options = TinyCorpus.Options(40) with { BatchRamp = new BatchRamp { From = 4, OverSamples = 100 } };
        PretrainingPlan plan = Pretrainer.Plan(options, s_tiny.Corpus, measuredSteps: 2);
        using PretrainingResult result = Pretrainer.Run(options, s_tiny.Corpus);
        Assert.AreEqual(result.Position.Steps, plan.Expected.Steps);
        Assert.AreEqual(result.Position.Samples, plan.Expected.Samples);
        Assert.AreEqual(result.Model.Model.Parameters.Slots.Where(slot => !slot.Name.StartsWith("classifier", StringComparison.Ordinal)).Sum(slot => slot.Count), plan.Parameters);
        Assert.AreEqual(3, plan.Accumulation);
        Assert.AreEqual(2, plan.MeasuredSteps);
        Assert.AreEqual((double)plan.Expected.Samples / s_tiny.Corpus.Train.SampleCount, plan.Epochs, 1e-9);
    }

    [TestMethod]
    public void Plan_TimeBudget_FillsItAtTheMeasuredSpeed()
    {
        PretrainingPlan plan = Pretrainer.Plan(TinyCorpus.Options(1) with { Budget = TrainingBudget.Parse("2h"), EarlyExit = TrainingBudget.Parse("1h") }, s_tiny.Corpus, measuredSteps: 3);
        Assert.AreEqual(3600, plan.Expected.Seconds, 1);
        Assert.AreEqual(plan.SamplesPerSecond * 3600, plan.Expected.Samples, 32);
        Assert.AreEqual(1, plan.DeviceHours, 0.001);
        Assert.AreEqual(plan.MachineMemoryBytes / 1e9, plan.GigabyteHours, 0.1);
        Assert.AreEqual(2.5, (double)plan.Cost(2.5m), 0.001);
    }

    [TestMethod]
    public void Plan_Validations_AreThoseOfTheRun()
    {
        PretrainingOptions options = TinyCorpus.Options(10) with { Validation = new ValidationPlan { Interval = 0.3, EarlyInterval = 0 } };
        PretrainingPlan plan = Pretrainer.Plan(options, s_tiny.Corpus, measuredSteps: 1);
        var progress = new RecordedProgress();
        Pretrainer.Run(options, s_tiny.Corpus, progress: progress).Dispose();
        Assert.AreEqual(progress.Validations.Count(), plan.Validations);
        Assert.IsGreaterThan(0, plan.ValidationSeconds);
    }

    [TestMethod]
    public void RequireMachine_NetworkAboveItsMemory_IsRefusedByItsSizes()
    {
        PretrainingOptions options = TinyCorpus.Options(1) with { Device = "cpu", Model = new BertConfig { Layers = 1_000_000, HiddenSize = 4096, Heads = 4 } };
        Assert.Contains("BertConfig.Layers 1000000, BertConfig.HiddenSize 4096", Assert.ThrowsExactly<ArgumentException>(() => Pretrainer.RequireMachine(options)).Message);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void RequireMachine_GpuThatIsNotThere_IsRefusedWhateverTheRunBeginsWith(bool fromModel)
    {
        PretrainingOptions options = TinyCorpus.Options(1) with { Device = "cuda:77", From = fromModel ? s_tiny.Folder : null };
        Assert.Contains("cuda:77", Assert.ThrowsExactly<InvalidOperationException>(() => Pretrainer.RequireMachine(options)).Message);
    }

    [TestMethod]
    public void Plan_BatchOfManyMicroBatches_MeasuresAFewOfThem()
    {
        PretrainingOptions options = TinyCorpus.Options(1) with { BatchSize = 600_000, Budget = TrainingBudget.Parse("24h") };
        PretrainingPlan plan = Pretrainer.Plan(options, s_tiny.Corpus, measuredSteps: 2);
        Assert.AreEqual(100_000, plan.Accumulation);
        Assert.AreEqual(plan.SamplesPerSecond * 24 * 3600, plan.Expected.Samples, 600_000);
    }

    [TestMethod]
    public void Plan_Disk_IsEnoughForTheRun()
    {
        PretrainingOptions options = TinyCorpus.Options(12) with { CheckpointEvery = TrainingBudget.Steps(1), Snapshots = [0.5] };
        PretrainingPlan plan = Pretrainer.Plan(options, s_tiny.Corpus, measuredSteps: 1);
        string folder = Path.Combine(s_tiny.Folder, "disk");
        Pretrainer.Run(options, s_tiny.Corpus, folder).Dispose();
        long used = new DirectoryInfo(folder).EnumerateFiles("*.safetensors", SearchOption.AllDirectories).Sum(file => file.Length);
        Assert.IsLessThan(plan.DiskBytes, used);
        Assert.IsGreaterThan(plan.DiskBytes / 3, used);
    }
}
