using AcademicBert.Reports.Sources;
using AcademicBert.Tables;

namespace AcademicBert.Reports.Tables;

/// <summary>What runs of fine-tuning came to.</summary>
internal static class FinetuningTables
{
    // Classes that a table across can be read with, mistakes that are listed instead, and the longest name at the head of a column.
    private const int MostClasses = 20, MostMistakes = 20, LongestName = 32;

    private static readonly (string Name, Func<FinetunedRun, string> Value)[] s_figures =
    [
        ("task", run => run.Result?.Task.ToString() ?? Numbers.None),
        ("begins with", Start),
        ("held out", run => run.Kept is not { Score: { } score } ? Numbers.None : run.IsRegression ? $"RMSE {Numbers.Figure(Math.Sqrt(-score))}" : $"{Numbers.Percent(score)} {run.Measure}"),
        ("kept", run => run.Kept is { Epoch: { } kept } ? Numbers.Text($"epoch {kept} of {run.Epochs.Count}") : Numbers.None),
        ("epochs", run => Numbers.Text($"{run.Epochs.Count} of {run.Recorded.Options.Epochs}")),
        ("steps", run => Numbers.Count(run.Lines.Count == 0 ? 0 : run.Lines[^1].Step)),
        ("training rows", run => run.Result is { } result ? Numbers.Count(result.TrainingRows) : Numbers.None),
        ("held-out rows", run => run.Result is { } result ? Numbers.Count(result.ValidationRows) : Numbers.None),
        ("loss of last epoch", run => Numbers.Loss(run.Epochs.LastOrDefault()?.Loss)),
        ("rows/s", run => Numbers.Figure(run.Epochs.Average(epoch => epoch.RowsPerSecond))),
        ("temperature", run => Numbers.Figure(run.End?.Temperature)),
    ];

    /// <summary>What one run came to: names and values, those that it has.</summary>
    public static IReadOnlyList<(string Name, string Value)> Figures(FinetunedRun run) => [.. s_figures.Select(figure => (figure.Name, Value: figure.Value(run))).Where(figure => figure.Value != Numbers.None)];

    /// <summary>What several came to.</summary>
    public static Table Comparison(IReadOnlyList<FinetunedRun> runs) => new(
        "Results", [new("run"), .. s_figures.Select(figure => Column.Number(figure.Name))], [.. runs.Select(run => new Row([run.Name, .. s_figures.Select(figure => figure.Value(run))]))]);

    /// <summary>The metrics beside those of guessing; null without held-out rows.</summary>
    public static Table? Metrics(TableFinetuningResult result)
    {
        if (result.Metrics.Count == 0)
            return null;
        return new Table(
            "On the held-out rows", [new("metric"), Column.Number("model"), Column.Number(result.Guess())],
            [.. result.Metrics.Select(metric => new Row([metric.Key, Value(metric.Value), result.GuessingMetrics.TryGetValue(metric.Key, out double guess) ? Value(guess) : Numbers.None]))],
            "The epoch was chosen by these rows, so that rows which nothing was chosen by may come out a little worse.");

        static string Value(double value) => Numbers.Text($"{value:F4}");
    }

    /// <summary>What held-out rows of each class were taken for: all classes by all, or of many the most frequent mistakes; null where rows have no classes.</summary>
    public static Table? Confusion(TableFinetuningResult result)
    {
        if (result.Confusion.Count == 0)
            return null;
        string[] names = [.. result.Classes.Select(Short)];
        return names.Length > MostClasses ? Mistakes(result, names) : new Table(
            "Held-out rows by their class, and the class they were taken for",
            [new("class"), .. names.Select(Column.Number), Column.Number("rows"), Column.Number("right")],
            [.. result.Confusion.Select((row, own) => new Row([names[own], .. row.Select(count => Numbers.Count(count)), Numbers.Count(Sum(row)), Sum(row) > 0 ? Numbers.Percent((double)row[own] / Sum(row)) : Numbers.None]))]);
    }

    // A run's model is known by the run.
    private static string Start(FinetunedRun run)
    {
        if (run.Recorded.Options.Untrained)
            return "random parameters";
        return run.Result?.Model is not { } model ? Numbers.None
            : model.Split((char[])['/', '\\'], StringSplitOptions.RemoveEmptyEntries) is [.., var folder, TableFinetuner.ModelFolder] ? Short(folder)
            : Short(Path.GetFileName(Path.TrimEndingDirectorySeparator(model)));
    }

    private static Table Mistakes(TableFinetuningResult result, string[] names)
    {
        (int Own, int Other, int Count)[] mistakes = [.. result.Confusion.SelectMany((row, own) => row.Select((count, other) => (own, other, count))).Where(mistake => mistake.own != mistake.other && mistake.count > 0).OrderByDescending(mistake => mistake.count)];
        return new Table(
            "Most frequent mistakes on the held-out rows", [new("class"), new("taken for"), Column.Number("rows"), Column.Number("of the class")],
            [.. mistakes.Take(MostMistakes).Select(mistake => new Row([names[mistake.Own], names[mistake.Other], Numbers.Count(mistake.Count), Numbers.Count(Sum(result.Confusion[mistake.Own]))]))],
            Numbers.Text($"Of {names.Length} classes. All counts are in {TableFinetuner.ResultFile}."));
    }

    private static long Sum(IReadOnlyList<int> counts) => counts.Sum(count => (long)count);

    private static string Short(string name) => name.Length > LongestName ? name[..(LongestName - 1)] + "…" : name;
}
