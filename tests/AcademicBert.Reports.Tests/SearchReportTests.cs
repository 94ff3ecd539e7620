using AcademicBert.Optimization;
using AcademicBert.Pretraining;
using AcademicBert.Reports.Figures;
using AcademicBert.Reports.Sources;
using AcademicBert.Reports.Tables;
using AcademicBert.Sweeps;
using AcademicBert.Training;

namespace AcademicBert.Reports.Tests;

[TestClass]
public sealed class SearchReportTests
{
    private readonly Folders _folders = new();
    private readonly RecordedSearch _search;

    public SearchReportTests() => _search = ReportSources.Open([_folders.Search("search")]).Searches.Single();

    [TestCleanup]
    public void CleanUp() => _folders.Dispose();

    [TestMethod]
    public void Best_CompletedRuns_StandByLossWithBaselinesAndThePaper()
    {
        PretrainingOptions bert = new() { Budget = TrainingBudget.Steps(24), EarlyExit = TrainingBudget.Steps(8), BatchSize = 64, Schedule = new LearningRateSchedule { Peak = 1e-4 } };
        Table table = SearchTables.Best(_search, [_folders.Source("bert", bert, Folders.Lines(8)), _folders.Source("unfinished", bert, Folders.Lines(3))]);
        Assert.AreSequenceEqual(["", "batch size", "peak learning rate", "held-out loss", "accuracy", "steps", "samples", "training time"], table.Columns.Select(column => column.Name));
        Assert.AreSequenceEqual(["1", "32", "0.001", "3.250", "25.0 %", "6", "96", "0:03"], table.Rows[0].Cells);
        Assert.AreSequenceEqual(["2", "16", "0.001", "3.500", "25.0 %", "6", "96", "0:03"], table.Rows[1].Cells);
        Assert.AreSequenceEqual(["bert", "64", "0.0001", "1.500", "25.0 %", "8", "80", "0:08"], table.Rows[2].Cells);
        Assert.AreSequenceEqual(["paper, 1", "4096", "0.002", "1.717", "–", "–", "–", "–"], table.Rows[3].Cells);
        Assert.HasCount(10, table.Rows, "neither dropped runs nor unfinished ones");
    }

    [TestMethod]
    public void Space_OfTheJournal_StandsBesideThePapers() => Assert.AreSequenceEqual(
        [
            "batch size|16, 32|4096, 8192, 16384", "peak learning rate|0.001, 0.002|0.0005, 0.001, 0.002", "warm-up|–|0, 0.02, 0.04, 0.06", "schedule, in budgets|–|1, 3, 9",
            "dropped|at 25 % losses above 6; at 50 % all but the best 50 %|at 12.5 % losses above 6; at 50 % all but the best 50 %",
        ],
        SearchTables.Space(_search).Rows.Select(row => string.Join('|', row.Cells)));

    [TestMethod]
    public void Runs_AreAllThereWithWhatBecameOfThem() => Assert.AreSequenceEqual(
        [
            "32|0.001|5.250|4.250|3.250|complete", "16|0.001|5.000|4.000|3.500|complete", "16|0.002|5.500|4.500|–|dropped at 50 %: not among the best", "32|0.002|7.000|–|–|dropped at 25 %: above the limit",
        ],
        SearchTables.Runs(_search).Rows.Select(row => string.Join('|', row.Cells)));

    [TestMethod]
    public void LossDistribution_HasCompletedRunsOnlyAndKeepsValuesWithoutAny()
    {
        Figure figure = LossDistribution.Of(_search, "figure1");
        Assert.AreSequenceEqual(["batch size", "peak learning rate"], figure.Charts.Select(chart => chart.XLabel));
        Assert.AreSequenceEqual(["16\n1 of 2: 3.5", "32\n1 of 2: 3.25"], Boxes(figure.Charts[0]));
        Assert.AreSequenceEqual(["0.001\n2 of 2: 3.25 3.5", "0.002\n0 of 2: "], Boxes(figure.Charts[1]));

        static IEnumerable<string> Boxes(Chart chart) => ((BoxChart)chart).Boxes.Select(box => Numbers.Text($"{box.Label}: {string.Join(' ', box.Values.Select(Numbers.Plain))}"));
    }

    [TestMethod]
    public void Best_WithTheirRunFolders_HaveTheirCurvesByRank()
    {
        foreach ((string name, int batch) in (IEnumerable<(string, int)>)[("16-1", 16), ("16-2", 16), ("32-1", 32)])
            _folders.Run($"search/runs/{name}", new PretrainingOptions { BatchSize = batch }, Folders.Lines(8));
        RecordedSearch search = ReportSources.Open([Path.Combine(_folders.Root, "search")]).Searches.Single();
        Assert.AreSequenceEqual(["1: 32", "2: 16"], search.Best.Select(run => $"{run.Name}: {run.Options.BatchSize}"));
        Assert.Contains("best.svg", Report.Write([Path.Combine(_folders.Root, "search")], Path.Combine(_folders.Root, "out")).Select(Path.GetFileName));
        Assert.IsEmpty(_search.Best, "without folders");
    }

    [TestMethod]
    public void Search_UnderWay_HasNoFigureYetAndSaysSo()
    {
        string journal = Path.Combine(_folders.Root, "search", SearchJournal.FileName);
        File.WriteAllLines(journal, File.ReadLines(journal).Take(5).ToArray());
        IReadOnlyList<string> files = Report.Write([Path.Combine(_folders.Root, "search")], _folders.Root);
        Assert.HasCount(2, files);
        Assert.Contains("| state | under way |", File.ReadAllText(Path.Combine(_folders.Root, Report.MarkdownFile)));
    }

    [TestMethod]
    public void Search_LimitThatDropsMost_IsAWarning()
    {
        Assert.IsEmpty(SearchTables.Warnings(_search));
        SearchDecision first = _search.History.Decisions[0];
        SearchHistory history = _search.History with { Decisions = [first with { Outcome = first.Outcome with { LimitDropsMost = true } }] };
        Assert.Contains("At 25 % the limit of 6", SearchTables.Warnings(_search with { History = history }).Single());
    }

    [TestMethod]
    public void Search_LossThatWasChanged_IsNotReported()
    {
        string journal = Path.Combine(_folders.Root, "search", SearchJournal.FileName);
        File.WriteAllText(journal, File.ReadAllText(journal).Replace("4.5", "3.5", StringComparison.Ordinal));
        Assert.Contains("does not follow", Assert.Throws<InvalidDataException>(() => ReportSources.Open([Path.Combine(_folders.Root, "search")])).Message);
    }

    [TestMethod]
    public void Write_Search_DrawsFigure1()
    {
        IReadOnlyList<string> files = Report.Write([Path.Combine(_folders.Root, "search")], Path.Combine(_folders.Root, "out"));
        Assert.AreSequenceEqual(["figure1.png", "figure1.svg", "report.html", "report.md"], files.Select(Path.GetFileName));
    }
}
