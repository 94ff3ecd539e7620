using AcademicBert.Glue;
using AcademicBert.Tests.Glue;
using Microsoft.ML;
using Microsoft.ML.AutoML;

namespace AcademicBert.Tests.AutoML;

[TestClass]
public sealed class GlueExperimentTests
{
    // The whole grid of the paper: 24 configurations, 5 seeds.
    private static readonly GlueOptions s_wholeGrid = new() { Tasks = ["WNLI"], Threads = 1 };

    private static readonly GlueOptions s_small = s_wholeGrid with { LearningRates = [1e-3, 5e-3], BatchSizes = [8], Epochs = [1], Seeds = [1, 2, 3] };

    private readonly string _folder = Directory.CreateTempSubdirectory("academicbert-tests-").FullName;

    [TestInitialize]
    public void WriteInputs()
    {
        TinyGlue.WriteModel(Path.Combine(_folder, "model"));
        TinyGlue.WriteTask(Path.Combine(_folder, "data"), "WNLI");
    }

    [TestCleanup]
    public void CleanUp() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public async Task Run_WholeGridOfWnli_ProposesTheRunnersListWithTheSameScoresAndWinner()
    {
        GlueTaskResult runner;
        using (GlueTaskGrid alone = Open(s_wholeGrid, "alone"))
        {
            foreach (GlueTrial trial in alone.Trials)
                alone.Run(trial);
            runner = alone.Result;
        }

        using GlueTaskGrid grid = Open(s_wholeGrid, "automl");
        var seen = new Seen();
        GlueTaskResult automl = await Experiment().RunGlueGridAsync(grid, seen);
        Assert.AreSequenceEqual(s_wholeGrid.Trials(grid.Task), seen.Trials, "each trial once, in the order of the grid");
        Assert.AreSequenceEqual(Scores(runner), Scores(automl));
        Assert.AreEqual(runner.Best!.Median.Trial, automl.Best!.Median.Trial);
        Assert.HasCount(120, Journal("automl"));
    }

    [TestMethod]
    public async Task Run_AutoMLsBest_IsTheSingleTrialWithTheHighestScore()
    {
        using GlueTaskGrid grid = Open(s_small, "run");
        TrialResult best = await Experiment().SetGlueGrid(grid).RunAsync();
        Assert.AreEqual(grid.Results.Values.Max(result => result.Score), best.Metric);
        Assert.IsNull(best.Model, "weights are in the grid's folder");
    }

    [TestMethod]
    public async Task Run_FirstTrialDiverges_IsPrunedAndTheExperimentGoesOn()
    {
        GlueOptions options = s_small with { LearningRates = [1e30, 1e-3], Epochs = [4] };
        using GlueTaskGrid grid = Open(options, "run");
        var seen = new Seen();
        GlueTaskResult result = await Experiment().RunGlueGridAsync(grid, seen);
        Assert.AreSequenceEqual(grid.Trials, seen.Trials);
        Assert.AreEqual(3, grid.Results.Values.Count(trial => trial.Error is not null));
        Assert.AreEqual(1e-3, result.Best!.Trial.LearningRate);
    }

    [TestMethod]
    public async Task Run_Interrupted_GoesOnWithWhatIsNotDone()
    {
        using var stop = new CancellationTokenSource();
        var first = new Seen(stopAfter: 2, stop);
        using (GlueTaskGrid grid = Open(s_small, "run"))
        {
            try
            {
                await Experiment().RunGlueGridAsync(grid, first, stop.Token);
                Assert.Fail("The experiment was not stopped.");
            }
            catch (OperationCanceledException)
            {
                // As asked.
            }
        }

        Assert.HasCount(2, Journal("run"));
        using GlueTaskGrid again = Open(s_small, "run");
        GlueTaskResult result = await Experiment().RunGlueGridAsync(again);
        Assert.HasCount(6, Journal("run"));
        Assert.HasCount(6, Journal("run").Select(line => line[..line.IndexOf("\"scores\"", StringComparison.Ordinal)]).Distinct());
        Assert.IsNotNull(result.Best);
    }

    private static AutoMLExperiment Experiment() => new MLContext(seed: 1).Auto().CreateExperiment();

    private static IEnumerable<double?> Scores(GlueTaskResult result) => result.Configurations.SelectMany(configuration => configuration.Results.Select(trial => trial.Score));

    private GlueTaskGrid Open(GlueOptions options, string run) => GlueTaskGrid.Open(options, GlueTask.Find("WNLI"), Path.Combine(_folder, "model"), Path.Combine(_folder, "data"), Path.Combine(_folder, run));

    private string[] Journal(string run) => File.ReadAllLines(Path.Combine(_folder, run, "WNLI", "trials.jsonl"));

    private sealed class Seen(int stopAfter = int.MaxValue, CancellationTokenSource? stop = null) : IProgress<GlueProgress>
    {
        public List<GlueTrial> Trials { get; } = [];

        public void Report(GlueProgress value)
        {
            Trials.Add(value.Result.Trial);
            if (Trials.Count == stopAfter)
                stop!.Cancel();
        }
    }
}
