using AcademicBert.Glue;
using AcademicBert.Training;

namespace AcademicBert.Tests.Glue;

[TestClass]
public sealed class GlueTaskGridTests
{
    private static readonly GlueOptions s_options = new() { Tasks = ["WNLI"], LearningRates = [1e-3, 5e-3], BatchSizes = [8], Epochs = [1], Seeds = [1, 2, 3], Threads = 1 };

    private readonly string _folder = Directory.CreateTempSubdirectory("academicbert-tests-").FullName;

    private string Model => Path.Combine(_folder, "model");

    private string Data => Path.Combine(_folder, "data");

    private string Results => Path.Combine(_folder, "run");

    [TestInitialize]
    public void WriteInputs()
    {
        TinyGlue.WriteModel(Model);
        TinyGlue.WriteTask(Data, "WNLI");
    }

    [TestCleanup]
    public void CleanUp() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void Run_SameTrialAgain_IsNotTrainedAgain()
    {
        using GlueTaskGrid grid = Open(s_options);
        GlueTrialResult first = grid.Run(grid.Trials[0]);
        Assert.IsNotNull(first.Score);
        Assert.AreEqual(first, grid.Run(grid.Trials[0]));
        Assert.HasCount(1, Journal());
    }

    [TestMethod]
    public async Task Run_SameTrialFromManyThreads_IsTrainedOnce()
    {
        using GlueTaskGrid grid = Open(s_options);
        GlueTrialResult[] results = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => grid.Run(grid.Trials[0]))));
        Assert.HasCount(1, results.Distinct());
        Assert.HasCount(1, Journal());
    }

    [TestMethod]
    public void Open_Again_KnowsWhatIsDone()
    {
        GlueTrialResult done;
        using (GlueTaskGrid grid = Open(s_options))
            done = grid.Run(grid.Trials[0]);
        using GlueTaskGrid again = Open(s_options);
        Assert.AreEqual(done.Score, again.Run(again.Trials[0]).Score);
        Assert.HasCount(1, Journal());
    }

    [TestMethod]
    public void Open_LineCutOffByAKill_ThatTrialIsDoneAgain()
    {
        using (GlueTaskGrid grid = Open(s_options))
        {
            grid.Run(grid.Trials[0]);
            grid.Run(grid.Trials[1]);
        }

        string journal = Path.Combine(Results, "WNLI", "trials.jsonl");
        string[] whole = Journal();
        File.WriteAllText(journal, whole[0] + "\n" + whole[1][..20]);
        using (GlueTaskGrid again = Open(s_options))
        {
            Assert.HasCount(1, again.Results);
            again.Run(again.Trials[1]);
        }

        Assert.AreSequenceEqual(whole.Select(WithoutTime), Journal().Select(WithoutTime));
    }

    [TestMethod]
    public void Run_WholeGrid_KeepsTheWeightsOfTheBestConfigurationOnly()
    {
        using GlueTaskGrid grid = Open(s_options);
        foreach (GlueTrial trial in grid.Trials)
            grid.Run(trial);
        string best = grid.Result.Best!.Trial.Configuration;
        Assert.AreSequenceEqual(
            grid.Trials.Where(trial => trial.Configuration == best).Select(trial => trial.ToString()).Order(StringComparer.Ordinal),
            Directory.GetDirectories(Path.Combine(Results, "WNLI", "models")).Select(folder => Path.GetFileName(folder)!).Order(StringComparer.Ordinal));
        using PretrainedBert chosen = PretrainedBert.Load(grid.BestModelFolder!);
        GlueRows dev = GlueFile.Dev(Data, grid.Task, grid.Task.Evaluations[0]);
        Assert.AreEqual(
            grid.Result.Best.Median.Score!.Value, GlueMetrics.Accuracy([.. grid.Predict(dev, grid.Task).Select(value => (int)value)], [.. dev.Rows.Select(row => (int)row.Label)]), "the kept weights give the score that chose them");
    }

    [TestMethod]
    public void Run_TrainingThatDiverges_IsAFailedTrialAndStaysOne()
    {
        GlueOptions diverging = s_options with { LearningRates = [1e30], Epochs = [4] };
        using (GlueTaskGrid grid = Open(diverging))
        {
            GlueTrialResult result = grid.Run(grid.Trials[0]);
            Assert.IsNull(result.Score);
            Assert.Contains("not finite", result.Error!);
        }

        using GlueTaskGrid again = Open(diverging);
        Assert.Contains("not finite", again.Run(again.Trials[0]).Error!);
        Assert.HasCount(1, Journal());
    }

    [TestMethod]
    public void RequireBestModel_WeightsThatWereRemoved_AreTrainedAgainAsTheyWere()
    {
        using GlueTaskGrid grid = Open(s_options with { LearningRates = [1e-3] });
        foreach (GlueTrial trial in grid.Trials)
            grid.Run(trial);
        string folder = grid.RequireBestModel(), weights = Path.Combine(folder, "model.safetensors");
        byte[] before = File.ReadAllBytes(weights);
        Directory.Delete(folder, recursive: true);
        Assert.AreEqual(folder, grid.RequireBestModel());
        Assert.AreSequenceEqual(before, File.ReadAllBytes(weights));
        using PretrainedBert model = PretrainedBert.Load(folder);
        Assert.AreSequenceEqual(["0", "1"], model.Labels!);
        Assert.Contains("fine-tuned with AcademicBert", model.Card!);
    }

    [TestMethod]
    public void Run_Cancelled_LeavesTheTrialUndone()
    {
        using (GlueTaskGrid grid = Open(s_options))
        {
            Assert.ThrowsExactly<OperationCanceledException>(() => grid.Run(grid.Trials[0], new CancellationToken(canceled: true)));
            Assert.IsNotNull(grid.Run(grid.Trials[1]).Score);
            Assert.IsNotNull(grid.Run(grid.Trials[0]).Score, "it may be asked for again");
        }

        Directory.Delete(Results, recursive: true);
        using (GlueTaskGrid grid = Open(s_options))
            Assert.ThrowsExactly<OperationCanceledException>(() => grid.Run(grid.Trials[0], new CancellationToken(canceled: true)));
        using GlueTaskGrid again = Open(s_options);
        Assert.IsEmpty(again.Results);
        Assert.IsNotNull(again.Run(again.Trials[0]).Score);
    }

    [TestMethod]
    public void Open_WhileOpen_SaysThatAnotherIsAtWork()
    {
        using GlueTaskGrid grid = Open(s_options);
        Assert.Contains("another process", Assert.ThrowsExactly<IOException>(() => Open(s_options)).Message);
    }

    [TestMethod]
    public void Open_OtherInputs_IsRefusedAndNamesThem()
    {
        Open(s_options).Dispose();
        Assert.Contains("GlueOptions.Untrained false -> true", Refused(s_options with { Untrained = true }));
        Assert.Contains("FinetuningOptions.WeightDecay ", Refused(s_options with { Finetuning = s_options.Finetuning with { WeightDecay = 0 } }));
        Open(s_options with { Seeds = [4] }).Dispose();
        TinyGlue.WriteTask(Data, "WNLI", train: 30);
        Assert.Contains("another data", Refused(s_options));
    }

    [TestMethod]
    public void Open_MoreTokensThanPositions_NamesTheOption() =>
        Assert.Contains("MaxLength is 64", Refused(s_options with { Finetuning = s_options.Finetuning with { MaxLength = 64 } }));

    private string Refused(GlueOptions options) => Assert.ThrowsExactly<ArgumentException>(() => Open(options)).Message;

    private GlueTaskGrid Open(GlueOptions options) => GlueTaskGrid.Open(options, GlueTask.Find("WNLI"), Model, Data, Results);

    private string[] Journal() => File.ReadAllLines(Path.Combine(Results, "WNLI", "trials.jsonl"));

    private static string WithoutTime(string line) => line[..line.IndexOf("\"seconds\"", StringComparison.Ordinal)];
}
