using AcademicBert.Reports.Documents;
using AcademicBert.Reports.Figures;
using AcademicBert.Reports.Sources;
using AcademicBert.Reports.Tables;

namespace AcademicBert.Reports;

/// <summary>Puts a report together from everything that its folders allow.</summary>
internal static class ReportDocument
{
    // More lines than that cannot be told apart.
    private const int MostCurves = 12;

    /// <summary>The report.</summary>
    public static Document Of(ReportSources sources)
    {
        IEnumerable<Section> sections = [.. sources.Searches.SelectMany((search, index) => Search(search, index, sources.Runs)), .. Runs(sources.Runs), new("Throughput", [.. Tables(ThroughputTable.Of(sources.Throughputs))]), .. SetUp(sources.Runs), .. Finetunings(sources.Finetunings), .. Glue(sources.Glue)];
        return new Document(Title(sources), [.. sections.Where(section => section.Blocks.Count > 0)]);
    }

    private static string Title(ReportSources sources)
    {
        string[] names = [.. sources.Searches.Select(search => search.Name), .. sources.Runs.Select(run => run.Name), .. sources.Finetunings.Select(run => run.Name), .. sources.Glue.Select(run => run.Name), .. sources.Benchmarks.Select(measured => measured.Source).Distinct()];
        return "Report on " + (names.Length <= 3 ? string.Join(", ", names) : Numbers.Text($"{string.Join(", ", names.Take(2))} and {names.Length - 2} more"));
    }

    private static IEnumerable<Section> Search(RecordedSearch search, int index, IReadOnlyList<TrainingRun> baselines)
    {
        string more = index == 0 ? "" : Numbers.Text($"-{index + 1}");
        yield return new Section(
            $"Search {search.Name}",
            [
                new KeyFigures(SearchTables.Figures(search)), .. SearchTables.Warnings(search).Select(warning => new Paragraph(warning)), new TableBlock(SearchTables.Best(search, baselines)),
                .. Figures(LossDistribution.Of(search, $"figure1{more}")), .. Figures(LearningCurves.Of(search.Best, $"best{more}", "The best of Table 2 by their rank: held-out loss over training time.")), new TableBlock(SearchTables.Space(search)), new TableBlock(SearchTables.Runs(search), IsFolded: true),
            ]);
    }

    private static IEnumerable<Section> Runs(IReadOnlyList<TrainingRun> runs)
    {
        if (runs.Count == 0)
            yield break;
        yield return new Section("Training", runs is [{ } run] ? [new KeyFigures(RunTables.Figures(run))] : [new TableBlock(RunTables.Comparison(runs))]);
        TrainingRun[] drawn = [.. runs.Take(MostCurves)];
        yield return new Section("Curves", [.. Notes(runs, drawn), .. Figures(LearningCurves.Of(drawn)), .. Figures(RunCharts.Of(drawn))]);
    }

    private static IEnumerable<Block> Notes(IReadOnlyList<TrainingRun> runs, IReadOnlyList<TrainingRun> drawn)
    {
        if (drawn.Count < runs.Count)
            yield return new Paragraph(Numbers.Text($"The first {drawn.Count} runs are drawn."));
        if (runs.DistinctBy(run => run.Recorded.Corpus).Count() > 1)
            yield return new Paragraph("The runs are not all on the same text and vocabulary, so that their losses and accuracies cannot be compared with each other.");
    }

    private static IEnumerable<Section> SetUp(IReadOnlyList<TrainingRun> runs)
    {
        if (runs.Count == 0)
            yield break;
        yield return new Section("Set-up", [.. runs is [{ } single] ? [.. Tables(RunTables.Model(single)), new TableBlock(OptionsTable.Of(single), IsFolded: true), .. RepeatCommand.Of(single) is { } command ? (Block[])[new CommandBlock("The same once more", command)] : []] : Tables(OptionsTable.Differences(runs)), .. Tables(RunTables.Machines(runs))]);
    }

    private static IEnumerable<Section> Finetunings(IReadOnlyList<FinetunedRun> runs)
    {
        if (runs.Count > 1)
            yield return new Section("Fine-tuning", [new TableBlock(FinetuningTables.Comparison(runs)), .. Tables(OptionsTable.Differences(runs))]);
        for (int i = 0; i < runs.Count; i++)
        {
            FinetunedRun run = runs[i];
            yield return new Section(
                runs.Count > 1 ? $"Fine-tuning {run.Name}" : "Fine-tuning",
                [
                    .. runs.Count > 1 ? (Block[])[] : [new KeyFigures(FinetuningTables.Figures(run))], .. run.Result?.Doubts(run.Recorded.Options).Select(doubt => new Paragraph(doubt)) ?? [], .. Figures(FinetuningCharts.Of(run, i == 0 ? "finetuning" : Numbers.Text($"finetuning-{i + 1}"))),
                    .. run.Result is { } result ? (Block[])[.. Tables(FinetuningTables.Metrics(result)), .. Tables(FinetuningTables.Confusion(result))] : [],
                    new TableBlock(OptionsTable.Of(run), IsFolded: true), .. RepeatCommand.Of(run) is { } command ? (Block[])[new CommandBlock("The same once more", command)] : [],
                ]);
        }
    }

    private static IEnumerable<Section> Glue(IReadOnlyList<GlueRun> runs)
    {
        if (runs.Count == 0)
            yield break;
        yield return new Section("GLUE", [new TableBlock(GlueTables.Scores(runs)), .. runs.Select(run => new TableBlock(GlueTables.Grid(run)))]);
        foreach (GlueRun run in runs)
            yield return new Section($"Every configuration of {run.Name}", [.. run.Report.Tasks.Select(task => new TableBlock(GlueTables.Configurations(task)))]);
    }

    private static IEnumerable<Block> Figures(Figure figure) => figure.Charts.Count > 0 ? [new FigureBlock(figure)] : [];

    private static IEnumerable<Block> Tables(Table? table) => table is null ? [] : [new TableBlock(table)];
}
