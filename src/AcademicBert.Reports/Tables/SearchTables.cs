using AcademicBert.Reports.Sources;
using AcademicBert.Sweeps;
using AcademicBert.Training;

namespace AcademicBert.Reports.Tables;

/// <summary>What a search tried and found: Table 4, Table 2 and every run.</summary>
internal static class SearchTables
{
    /// <summary>What a search came to: names and values.</summary>
    public static IReadOnlyList<(string Name, string Value)> Figures(RecordedSearch search)
    {
        SearchHistory history = search.History;
        return
        [
            ("state", history.IsComplete ? "complete" : "under way"), ("budget of a run", Numbers.Text($"{history.Budget}")), ("runs", Numbers.Count(history.Runs.Count)), ("completed the budget", Numbers.Count(history.Ranking.Count)),
            ("above the limit", Dropped(DropReason.AboveLimit)), ("not among the best", Dropped(DropReason.NotAmongBest)), ("failed", Dropped(DropReason.Failed)), ("lowest held-out loss", Numbers.Loss(history.Ranking.FirstOrDefault()?.Results[^1].Loss)),
        ];

        string Dropped(DropReason reason) => Numbers.Count(history.Runs.Count(run => run.Reason == reason));
    }

    /// <summary>Warnings about rungs whose limit drops most of the runs.</summary>
    public static IEnumerable<string> Warnings(RecordedSearch search) =>
        search.History.Decisions.Where(decision => decision.Outcome.LimitDropsMost).Select(decision =>
            Numbers.Text($"At {Mark(search.History.Rungs[decision.Rung])} the limit of {search.History.Rungs[decision.Rung].MaxLoss} dropped more than half of the runs: it may not fit this text or this budget."));

    /// <summary>Table 4: the space, beside the paper's.</summary>
    public static Table Space(RecordedSearch search)
    {
        var paper = new SearchOptions();
        string[] options = [.. search.Space.Select(dimension => dimension.Option).Union(paper.Space.Select(dimension => dimension.Option))];
        return new Table(
            "Table 4: what was tried",
            [new("option"), new("values"), new("the paper's")],
            [
                .. options.Select(option => new Row([RecordedSearch.Label(option), Values(search.Space, option), Values(paper.Space, option)])),
                new Row(["dropped", Rungs(search.History.Rungs), Rungs(paper.Rungs)]),
            ]);
    }

    /// <summary>Table 2: the best configurations of those that completed the budget, runs to compare with, and the paper's.</summary>
    /// <param name="search">The search.</param>
    /// <param name="baselines">Other runs; those that have not come to their end are left out.</param>
    public static Table Best(RecordedSearch search, IReadOnlyList<TrainingRun> baselines)
    {
        string[] options = [.. search.Space.Select(dimension => dimension.Option)];
        return new Table(
            "Table 2: the best configurations",
            [new(""), .. options.Select(option => Column.Number(RecordedSearch.Label(option))), Column.Number("held-out loss"), Column.Number("accuracy"), Column.Number("steps"), Column.Number("samples"), Column.Number("training time")],
            [
                .. search.History.Ranking.Take(RecordedSearch.BestShown).Select((run, index) => new Row(
                    [Numbers.Count(index + 1), .. options.Select(option => RecordedSearch.Value(run, option)), .. End(run.Results[^1].Loss, run.Results[^1].Accuracy, run.Results[^1].Position)], index == 0)),
                .. baselines.Where(run => run.Progress >= 1 && run.Journal.Validations.Count > 0).Select(run => new Row(
                    [run.Name, .. OptionsTable.Values(run, options), .. End(run.Journal.Validations[^1].Loss, run.Journal.Validations[^1].Accuracy, run.Journal.End)])),
                .. Paper.Best.Select(best => new Row([$"paper, {best.Name}", .. options.Select(option => PaperValue(best, option)), Numbers.Loss(best.Loss), .. Enumerable.Repeat(Numbers.None, 4)])),
            ],
            "Runs that completed their budget only. Losses of different texts, vocabularies or numbers of held-out samples cannot be compared with each other, the paper's order of configurations can.");
    }

    /// <summary>Every run with its losses at the rungs.</summary>
    public static Table Runs(RecordedSearch search)
    {
        SearchHistory history = search.History;
        return new Table(
            "Every run",
            [.. search.Space.Select(dimension => Column.Number(RecordedSearch.Label(dimension.Option))), .. history.Rungs.Select(rung => Column.Number($"loss at {Mark(rung)}")), Column.Number("at the end"), new("outcome")],
            [
                .. history.Ranking.Concat(history.Runs.Except(history.Ranking).OrderByDescending(run => run.Results.Count).ThenBy(run => run.Results.LastOrDefault() is { IsSound: true } last ? last.Loss : double.MaxValue)).Select(run => new Row(
                [
                    .. search.Space.Select(dimension => RecordedSearch.Value(run, dimension.Option)),
                    .. Enumerable.Range(0, history.Rungs.Count + 1).Select(rung => Numbers.Loss(rung < run.Results.Count ? run.Results[rung].Loss : null)),
                    Outcome(history, run),
                ])),
            ]);
    }

    private static string Outcome(SearchHistory history, SearchRun run) => run.Reason switch
    {
        null when run.Results.Count > history.Rungs.Count => "complete",
        null => "under way",
        DropReason.Failed => $"failed: {run.Results[^1].Error ?? "its loss is not finite"}",
        DropReason.AboveLimit => $"dropped at {Mark(history.Rungs[run.DroppedAt!.Value])}: above the limit",
        _ => $"dropped at {Mark(history.Rungs[run.DroppedAt!.Value])}: not among the best",
    };

    private static IEnumerable<string> End(double loss, double? accuracy, TrainingPosition position) =>
        [Numbers.Loss(loss), Numbers.Percent(accuracy), Numbers.Count(position.Steps), Numbers.Count(position.Samples), Numbers.Time(position.Seconds)];

    private static string Values(IReadOnlyList<SearchDimension> space, string option) =>
        space.FirstOrDefault(dimension => dimension.Option == option) is { } found ? string.Join(", ", found.Values.Select(RecordedSearch.Text)) : Numbers.None;

    private static string Rungs(IReadOnlyList<SearchRung> rungs) => rungs.Count == 0 ? "none" : string.Join("; ", rungs.Select(rung => Numbers.Text(
        $"at {Mark(rung)}{(rung.MaxLoss is { } limit ? $" losses above {limit}" : "")}{(rung.Keep < 1 ? $" all but the best {100 * rung.Keep:0.#} %" : "")}")));

    private static string Mark(SearchRung rung) => Numbers.Text($"{100 * rung.At:0.#} %");

    private static string PaperValue((string Name, int BatchSize, double Peak, double Warmup, double Days, double Loss) best, string option) => option switch
    {
        "batchSize" => Numbers.Plain(best.BatchSize),
        "schedule.peak" => Numbers.Plain(best.Peak),
        "schedule.warmupProportion" => Numbers.Plain(best.Warmup),
        SearchDimension.ScheduleLength => Numbers.Plain(best.Days),
        _ => Numbers.None,
    };
}
