using System.Globalization;
using System.Text;
using System.Text.Json;

namespace AcademicBert.Sweeps;

/// <summary>A search as Markdown: the rules, the best configurations, and every run with its losses and why it was dropped. Without times, so that a search that was killed has the same table.</summary>
public static class SearchTable
{
    /// <summary>Name of the table in the search folder.</summary>
    public const string FileName = "results.md";

    // As many as the paper's Table 2.
    private const int Best = 5;

    /// <summary>Writes what a search has recorded: a function of its journal only.</summary>
    public static string Of(SearchHistory history)
    {
        ArgumentNullException.ThrowIfNull(history);
        var text = new StringBuilder();
        text.Append(Format($"# Search: {history.Runs.Count} runs of {history.Budget}\n\n"));
        foreach (SearchDecision decision in history.Decisions)
            text.Append(Line(history, decision));
        if (!history.IsComplete)
            text.Append(Format($"- under way: {history.Runs.Count(run => IsUnderWay(history, run))} runs have not ended\n"));
        string[] options = [.. history.Runs.SelectMany(run => run.Configuration.Values.Keys).Distinct()];
        text.Append(Format($"\n## Best configurations\n\n| {string.Join(" | ", options)} | held-out loss | accuracy |\n|{Columns(options.Length + 2)}\n"));
        foreach (SearchRun run in history.Ranking.Take(Best))
            text.Append(Format($"| {Values(options, run)} | {run.Results[^1].Loss:F4} | {100 * run.Results[^1].Accuracy:F1} % |\n"));
        string[] marks = [.. history.Rungs.Select(rung => Format($"loss at {rung.At}")), "at the end"];
        text.Append(Format($"\n## All runs\n\n| rank | {string.Join(" | ", options)} | {string.Join(" | ", marks)} | |\n|{Columns(options.Length + marks.Length + 2)}\n"));
        IReadOnlyList<SearchRun> ranking = history.Ranking;
        // Those that came further first, then those of lower loss.
        IEnumerable<SearchRun> others = history.Runs.Except(ranking).OrderByDescending(run => run.Results.Count).ThenBy(run => run.Results.Count == 0 ? 0 : Comparable(run.Results[^1]));
        foreach ((int place, SearchRun run) in ranking.Concat(others).Index())
        {
            IEnumerable<string> losses = marks.Select((_, rung) => rung < run.Results.Count ? Loss(run.Results[rung]) : "");
            text.Append(Format($"| {(place < ranking.Count ? place + 1 : "")} | {Values(options, run)} | {string.Join(" | ", losses)} | {Note(history, run)} |\n"));
        }

        return text.ToString();
    }

    private static string Line(SearchHistory history, SearchDecision decision)
    {
        SearchRung rung = history.Rungs[decision.Rung];
        RungDecision outcome = decision.Outcome;
        string rules = string.Join(", ", new[] { rung.MaxLoss is { } limit ? Format($"losses above {limit} are dropped") : null, rung.Keep < 1 ? Format($"the best {100 * rung.Keep:0.##} % go on") : null }.Where(rule => rule is not null));
        string[] dropped = [.. outcome.Dropped.GroupBy(run => run.Reason).OrderBy(group => group.Key).Select(group => Format($"{group.Count()} {Word(group.Key)}"))];
        string cohort = history.Runs.Any(run => run.Cohort > 0) ? Format($"cohort {decision.Cohort + 1}, ") : "";
        return Format($"- {cohort}at {rung.At} of the budget{(rules.Length > 0 ? $" ({rules})" : "")}: {outcome.Kept.Count + outcome.Dropped.Count} runs, {outcome.Kept.Count} go on{(dropped.Length > 0 ? $"; {string.Join(", ", dropped)}" : "")}{(outcome.LimitDropsMost ? "; **the limit drops more than half: it may not fit this text or budget**" : "")}\n");
    }

    private static bool IsUnderWay(SearchHistory history, SearchRun run) => run.Reason is null && run.Results.Count <= history.Rungs.Count;

    private static double Comparable(RungResult result) => result.IsSound ? result.Loss : double.MaxValue;

    private static string Note(SearchHistory history, SearchRun run) =>
        IsUnderWay(history, run) ? "under way"
        : run.Reason is not { } reason ? ""
        : $"{Word(reason)}{(run.Results[^1].Error is { } error ? $": {error.Replace('|', '/')}" : "")}";

    private static string Word(DropReason reason) => reason switch
    {
        DropReason.Failed => "failed",
        DropReason.AboveLimit => "above the limit",
        DropReason.NotAmongBest => "not among the best",
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "There is no such reason."),
    };

    private static string Loss(RungResult result) => result.Error is null ? Format($"{result.Loss:F4}") : "-";

    private static string Values(string[] options, SearchRun run) => string.Join(" | ", options.Select(option => run.Configuration.Values.TryGetValue(option, out JsonElement value) ? value.ToString() : ""));

    private static string Columns(int count) => string.Concat(Enumerable.Repeat("---|", count));

    private static string Format(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
