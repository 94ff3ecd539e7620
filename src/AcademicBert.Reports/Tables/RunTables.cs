using System.Text.RegularExpressions;
using AcademicBert.Reports.Sources;
using AcademicBert.Training;

namespace AcademicBert.Reports.Tables;

/// <summary>What training runs came to, what they trained, and where.</summary>
internal static partial class RunTables
{
    private const int MostColumns = 5;

    // What a card says of the model and its text; the rest is in other tables.
    private static readonly string[] s_modelRows = ["Architecture", "Parameters", "Vocabulary", "Corpus"];

    private static readonly (string Name, Func<TrainingRun, string> Value)[] s_figures =
    [
        ("budget", run => Numbers.Text($"{run.Options.EarlyExit ?? run.Options.Budget}")),
        ("done", run => Numbers.Text($"{Math.Floor(1000 * run.Progress) / 10:0.#} %")),
        ("ended because", run => run.Recorded.Ended is { } reason ? StopReasonText.Of(reason) : Numbers.None),
        ("held-out loss", run => Numbers.Loss(run.Journal.Validations.LastOrDefault()?.Loss)),
        ("lowest", run => Numbers.Loss(run.Journal.Validations.Select(validation => (double?)validation.Loss).Where(loss => double.IsFinite(loss!.Value)).Min())),
        ("held-out accuracy", run => Numbers.Percent(run.Journal.Validations.LastOrDefault()?.Accuracy)),
        ("steps", run => Numbers.Count(run.Journal.End.Steps)),
        ("samples", run => Numbers.Count(run.Journal.End.Samples)),
        ("training time", run => Numbers.Time(run.Journal.End.Seconds)),
        ("validation", run => Numbers.Time(run.Journal.Validations.Sum(validation => validation.Took))),
        ("samples/s", run => Numbers.Figure(run.Journal.SamplesPerSecond)),
        ("share of peak", run => Numbers.Percent(run.Journal.ModelFlopsUtilization)),
        ("most memory", run => run.Journal.MemoryBytes.Where(double.IsFinite).DefaultIfEmpty(double.NaN).Max() is var most && double.IsFinite(most) ? Numbers.Gigabytes(most) : Numbers.None),
        ("steps left out", run => Numbers.Count(run.Journal.Skipped)),
    ];

    /// <summary>What one run came to: names and values.</summary>
    public static IReadOnlyList<(string Name, string Value)> Figures(TrainingRun run) => [.. s_figures.Select(figure => (figure.Name, figure.Value(run)))];

    /// <summary>What several came to: of few, which is the usual case, each in a column, since the figures would not fit the width of a page.</summary>
    public static Table Comparison(IReadOnlyList<TrainingRun> runs) => runs.Count <= MostColumns ? new(
        "Results", [new(""), .. runs.Select(run => Column.Number(run.Name))], [.. s_figures.Select(figure => new Row([figure.Name, .. runs.Select(figure.Value)]))]) : new(
        "Results", [new("run"), .. s_figures.Select(figure => Column.Number(figure.Name))], [.. runs.Select(run => new Row([run.Name, .. s_figures.Select(figure => figure.Value(run))]))]);

    /// <summary>The model and its corpus, from the card of a run that has ended; null for others.</summary>
    public static Table? Model(TrainingRun run)
    {
        if (run.Recorded.Card is not { } card)
            return null;
        Row[] rows = [.. CardRow().Matches(card).Where(match => s_modelRows.Contains(match.Groups[1].Value)).Select(match => new Row([match.Groups[1].Value, match.Groups[2].Value.Replace("\\|", "|", StringComparison.Ordinal)]))];
        return rows.Length == 0 ? null : new Table("Model", [new(""), new("")], rows);
    }

    /// <summary>Where runs were trained; null where none says so.</summary>
    public static Table? Machines(IReadOnlyList<TrainingRun> runs)
    {
        Row[] rows = [.. runs.SelectMany(run => Trained(run.Recorded.Starts).Select(start => MachineRow(run, start)))];
        return rows.Length == 0 ? null : new Table(
            "Machine", [new("run"), new("start"), Column.Number("from step"), new("processor"), Column.Number("memory"), new("system"), new("runtime"), new("device"), new("engine")], rows);
    }

    private static Row MachineRow(TrainingRun run, RunStart start) => new(
    [
        run.Name, Numbers.Text($"{start.At:yyyy-MM-dd HH:mm}"), Numbers.Count(start.Step), Numbers.Text($"{start.Machine.Processor}, {start.Machine.Cores} cores"), Numbers.Gigabytes(start.Machine.MemoryBytes),
        start.Machine.OperatingSystem, start.Machine.Runtime, start.Ranks > 1 ? Numbers.Text($"{start.Ranks} × {start.Device}") : start.Device,
        Numbers.Text($"{(start.Kernels is { } kernels ? $"fused kernels ({kernels})" : "libtorch's operations")}, {start.ComputeType}, {start.Threads} threads"),
    ]);

    [GeneratedRegex(@"^\| ([^|\n]+?) \| (.+) \|$", RegexOptions.Multiline)]
    private static partial Regex CardRow();

    // One from which another began took no step.
    private static IEnumerable<RunStart> Trained(IReadOnlyList<RunStart> starts) => starts.Where((start, index) => index == starts.Count - 1 || starts[index + 1].Step > start.Step);
}
