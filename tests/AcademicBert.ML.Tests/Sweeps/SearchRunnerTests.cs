using AcademicBert.Corpus;
using AcademicBert.Pretraining;
using AcademicBert.Sweeps;
using AcademicBert.Tests.Pretraining;
using AcademicBert.Training;
using static TorchSharp.torch;

namespace AcademicBert.Tests.Sweeps;

[TestClass]
public sealed class SearchRunnerTests
{
    private static readonly TinyCorpus s_tiny = new();

    private readonly int _threads = get_num_threads();
    private readonly string _folder = Directory.CreateTempSubdirectory("academicbert-tests-").FullName;

    [TestCleanup]
    public void CleanUp()
    {
        set_num_threads(_threads);
        Directory.Delete(_folder, recursive: true);
    }

    [ClassCleanup]
    public static void CleanUpCorpus() => s_tiny.Dispose();

    [TestMethod]
    public void Run_WholeSpace_DropsByTheRulesAndRanksTheRest()
    {
        var reports = new List<SearchProgress>();
        SearchHistory history = SearchRunner.Run(TinySearch.Options, s_tiny.Corpus, _folder, new SearchReports(reports.Add));

        Assert.IsTrue(history.IsComplete);
        Assert.AreEqual((2, 2, 2), (history.Runs.Count(run => run.DroppedAt == 0), history.Runs.Count(run => run.DroppedAt == 1), history.Ranking.Count));
        Assert.AreSequenceEqual(["peak1E-06", "peak1E-06"], history.Runs.Where(run => run.Reason == DropReason.AboveLimit).Select(run => run.Configuration.Name.Split('-', 2)[1]));
        double[] half = [.. history.Runs.Where(run => run.Results.Count > 1).OrderBy(run => run.Results[1].Loss).Select(run => run.Results[1].Loss)];
        Assert.AreSequenceEqual(half.Take(2), history.Ranking.Select(run => run.Results[1].Loss).Order());
        foreach (SearchRun run in history.Runs)
        {
            string folder = SearchJournal.RunFolder(_folder, run.Configuration.Name);
            Assert.AreEqual(run.Reason is null, Directory.Exists(Path.Combine(folder, "checkpoints")), run.Configuration.Name);
            Assert.AreEqual(run.Reason is null, Directory.Exists(Path.Combine(folder, "model")), run.Configuration.Name);
            Assert.HasCount((int)run.Results[^1].Position.Steps, MetricsLog.Read(folder).Where(line => line.Event == "step"), "no step is repeated");
        }

        Assert.AreEqual(SearchTable.Of(SearchJournal.Read(_folder)), File.ReadAllText(Path.Combine(_folder, SearchTable.FileName)));
        Assert.AreSequenceEqual(reports.Select(report => report.Fraction).Order(), reports.Select(report => report.Fraction), "progress does not go back where limits drop nothing unforeseen");
        Assert.AreEqual((1.0, 6, 6), (reports[^1].Fraction, reports[^1].Ended, reports[^1].Runs));
        Assert.AreEqual(TimeSpan.Zero, reports[^1].TimeLeft);
    }

    [TestMethod]
    public void Run_PausedAtRungs_EndsWithTheLossAndWeightsOfAnUnpausedRunBitForBit()
    {
        SearchHistory history = SearchRunner.Run(TinySearch.Options, s_tiny.Corpus, _folder);
        SearchRun best = history.Ranking[0];
        using PretrainingResult unpaused = Pretrainer.Run(TinySearch.Options.Of(best.Configuration), s_tiny.Corpus);
        Assert.AreEqual(unpaused.Validation!.Value.Loss, best.Results[^1].Loss);
        using PretrainedBert searched = PretrainedBert.Load(Path.Combine(SearchJournal.RunFolder(_folder, best.Configuration.Name), "model"));
        Assert.AreSequenceEqual(
            unpaused.Model.Model.Parameters.Slots.SelectMany(unpaused.Model.Model.Parameters.ToArray), searched.Model.Parameters.Slots.SelectMany(searched.Model.Parameters.ToArray));
    }

    [TestMethod]
    public void Run_SampleBudgetAndLongerSchedules_GivesTheSameLossesAgainBitForBit()
    {
        SearchOptions options = TinySearch.Options with
        {
            Recipe = TinySearch.Options.Recipe with { Pretraining = TinySearch.Options.Recipe.Pretraining with { Budget = TrainingBudget.Samples(96) } },
            Space = [SearchDimension.Of("batchSize", 8, 16), SearchDimension.Of(SearchDimension.ScheduleLength, 1, 3)],
        };
        SearchHistory first = SearchRunner.Run(options, s_tiny.Corpus, Path.Combine(_folder, "first"));
        Assert.AreSequenceEqual(TinySearch.Losses(first), TinySearch.Losses(SearchRunner.Run(options, s_tiny.Corpus, Path.Combine(_folder, "second"))));
        Assert.IsTrue(first.Ranking.All(run => run.Results[^1].Position.Samples == 96));
        Assert.AreNotEqual(first.Runs[0].Results[0].Loss, first.Runs[1].Results[0].Loss, "the schedules differ");
    }

    [TestMethod]
    public void Run_SideBySide_GivesTheTableOfOneAfterAnother()
    {
        SearchHistory one = SearchRunner.Run(TinySearch.Options, s_tiny.Corpus, Path.Combine(_folder, "one"));
        SearchOptions both = TinySearch.Options with { Parallel = 2, Recipe = TinySearch.Options.Recipe with { Pretraining = TinySearch.Options.Recipe.Pretraining with { Threads = 2 } } };
        SearchHistory two = SearchRunner.Run(both, s_tiny.Corpus, Path.Combine(_folder, "two"));
        Assert.AreSequenceEqual(TinySearch.Losses(one), TinySearch.Losses(two));
        Assert.AreEqual(SearchTable.Of(one), SearchTable.Of(two));
    }

    [TestMethod]
    public void Run_LargerSpace_ExtendsTheSearchAndChangesNoEarlierDecision()
    {
        SearchHistory small = SearchRunner.Run(TinySearch.Options with { Space = [TinySearch.Options.Space[0], SearchDimension.Of("schedule.peak", 1e-2, 1e-6)] }, s_tiny.Corpus, _folder);
        SearchHistory large = SearchRunner.Run(TinySearch.Options, s_tiny.Corpus, _folder);
        Assert.AreSequenceEqual(small.Decisions, large.Decisions.Take(2));
        Assert.AreSequenceEqual([0, 0, 0, 0, 1, 1], large.Runs.Select(run => run.Cohort));
        Assert.AreSequenceEqual(TinySearch.Losses(small), TinySearch.Losses(large).Take(TinySearch.Losses(small).Count()));
        Assert.AreEqual("batchSize16-peak0.02", large.Ranking[0].Configuration.Name);
        Assert.AreSequenceEqual(TinySearch.Losses(large), TinySearch.Losses(SearchRunner.Run(TinySearch.Options, s_tiny.Corpus, _folder)), "nothing is left to do");
        Assert.AreEqual(large.Runs.Count, SearchRunner.Plan(TinySearch.Options, s_tiny.Corpus, _folder).Ended);
    }

    [TestMethod]
    public void Run_OtherOptions_IsRefusedByName()
    {
        SearchRunner.Run(TinySearch.Options with { Space = [SearchDimension.Of("batchSize", 8, 16)], Rungs = [] }, s_tiny.Corpus, _folder);
        string journal = File.ReadAllText(Path.Combine(_folder, SearchJournal.FileName));
        PretrainingOptions pretraining = TinySearch.Options.Recipe.Pretraining;
        Refused("Schedule.Peak 0.005 -> 0.001", pretraining with { Schedule = pretraining.Schedule with { Peak = 1e-3 } });
        Refused("Pretraining.Budget 8 steps -> 9 steps", pretraining with { Budget = TrainingBudget.Steps(9) });
        Refused("SearchOptions.Rungs", pretraining, rungs: [new SearchRung { At = 0.5 }]);
        Refused("batchSize8", pretraining, space: [SearchDimension.Of("batchSize", 16, 32)]);
        Assert.AreEqual(journal, File.ReadAllText(Path.Combine(_folder, SearchJournal.FileName)));
        SearchRunner.Run(With(pretraining with { MicroBatchSize = 4, KeepCheckpoints = 2 }), s_tiny.Corpus, _folder);

        void Refused(string named, PretrainingOptions pretraining, IReadOnlyList<SearchRung>? rungs = null, IReadOnlyList<SearchDimension>? space = null) =>
            Assert.Contains(named, Assert.ThrowsExactly<ArgumentException>(() => SearchRunner.Run(With(pretraining) with { Rungs = rungs ?? [], Space = space ?? [SearchDimension.Of("batchSize", 8, 16)] }, s_tiny.Corpus, _folder)).Message);

        static SearchOptions With(PretrainingOptions pretraining) =>
            TinySearch.Options with { Recipe = TinySearch.Options.Recipe with { Pretraining = pretraining }, Space = [SearchDimension.Of("batchSize", 8, 16)], Rungs = [] };
    }

    [TestMethod]
    public void Run_DivergingRun_IsRecordedAndDroppedAndTheOthersGoOn()
    {
        var log = new List<string>();
        SearchOptions options = TinySearch.Options with
        {
            Recipe = TinySearch.Options.Recipe with { Pretraining = TinySearch.Options.Recipe.Pretraining with { NonFiniteLimit = 1 } },
            Space = [SearchDimension.Of("schedule.warmupProportion", 0), SearchDimension.Of("schedule.peak", 1e20, 1e-2)],
            Rungs = [new SearchRung { At = 0.5, Keep = 0.5 }],
        };
        SearchHistory history = SearchRunner.Run(options, s_tiny.Corpus, _folder, log: log.Add);
        SearchRun diverged = history.Runs[0];
        Assert.AreEqual((DropReason.Failed, 0), (diverged.Reason, diverged.DroppedAt));
        Assert.Contains("not finite", diverged.Results[0].Error!);
        Assert.IsGreaterThan(0, diverged.Results[0].Position.Steps);
        Assert.AreEqual(history.Runs[1], history.Ranking.Single());
        Assert.Contains("failed: The gradient was not finite", SearchTable.Of(SearchJournal.Read(_folder)));
        Assert.Contains(line => line.StartsWith("warmupProportion0-peak1E+20 failed", StringComparison.Ordinal), log);
    }

    [TestMethod]
    public void Run_LimitThatDropsMost_Warns()
    {
        var log = new List<string>();
        SearchHistory history = SearchRunner.Run(TinySearch.Options with { Space = [SearchDimension.Of("batchSize", 8, 16)], Rungs = [new SearchRung { At = 0.25, MaxLoss = 1 }] }, s_tiny.Corpus, _folder, log: log.Add);
        Assert.IsEmpty(history.Ranking);
        Assert.Contains(line => line.StartsWith("Warning: the loss limit 1 at 0.25 of the budget drops 2 of 2 runs", StringComparison.Ordinal), log);
        Assert.Contains("drops more than half", SearchTable.Of(history));
    }

    [TestMethod]
    public void Run_NoHeldOutSamples_IsRefusedBeforeAnythingIsWritten()
    {
        using PreparedCorpus corpus = CorpusBuilder.Build(new TinyText(20), s_tiny.Corpus.Tokenizer, Path.Combine(_folder, "corpus"), new CorpusOptions { SequenceLength = 32, HeldOutFraction = 0 });
        string search = Path.Combine(_folder, "search");
        Assert.Contains("HeldOutFraction", Assert.ThrowsExactly<ArgumentException>(() => SearchRunner.Run(TinySearch.Options, corpus, search)).Message);
        Assert.IsFalse(Directory.Exists(search));
    }

    [TestMethod]
    public void Run_FolderInUse_IsRefused()
    {
        using SearchFolder open = SearchFolder.Open(_folder, TinySearch.Options, s_tiny.Corpus);
        Assert.Contains("another process", Assert.ThrowsExactly<IOException>(() => SearchRunner.Run(TinySearch.Options, s_tiny.Corpus, _folder)).Message);
    }

    [TestMethod]
    public void Plan_NewSearch_CountsStepsOfEachBatchAndWritesNothing()
    {
        string search = Path.Combine(_folder, "search");
        SearchPlan plan = SearchRunner.Plan(TinySearch.Options, s_tiny.Corpus, search);
        Assert.AreSequenceEqual([("batchSize 8", 3, 64L), ("batchSize 16", 3, 128L)], plan.Parts.Select(part => (part.Values, part.Runs, part.Run.Expected.Samples)));
        Assert.AreEqual((6, 0, 1), (plan.Runs, plan.Ended, plan.SideBySide));
        Assert.IsGreaterThan(TimeSpan.Zero, plan.Time);
        Assert.IsFalse(Directory.Exists(search));
    }
}
