using AcademicBert.Glue;
using AcademicBert.Reports.Sources;

namespace AcademicBert.Reports.Tables;

/// <summary>Table 3, Table 5 and every configuration of a GLUE run.</summary>
internal static class GlueTables
{
    /// <summary>Table 3: scores of the chosen models, beside the paper's.</summary>
    public static Table Scores(IReadOnlyList<GlueRun> runs) => new(
        "Table 3: GLUE",
        [new("model"), .. Paper.GlueNames.Select(Column.Number), Column.Number("average")],
        [
            .. runs.Select(run => ScoreRow(run)),
            .. Paper.Glue.Select(model => new Row([$"{model.Name}, paper (test)", .. model.Scores.Select(score => Numbers.Score(score)), Numbers.Score(model.Average)])),
        ],
        "Ours are dev scores of the median seed of the configuration that is best there, so they are higher than test scores would be; the paper's are of the test sets. CoLA: Matthews correlation; QQP and MRPC: F1; STS-B: Spearman correlation, of the two BERTs Pearson; else accuracy; times 100. An average needs all nine.");

    /// <summary>Table 5: the grid of a run and what it chose, beside the paper's grid.</summary>
    public static Table Grid(GlueRun run) => new(
        $"Table 5: the grid of {run.Name}, and what it chose",
        [new("task"), new("learning rates"), new("batches"), new("epochs"), Column.Number("seeds"), new("chosen"), Column.Number("median dev score"), new("the paper's grid")],
        [.. run.Report.Tasks.Select(GridRow)],
        "A score is the task's first metric, times 100, of MNLI the mean of both halves.");

    /// <summary>Every complete configuration of a task.</summary>
    public static Table Configurations(GlueTaskResult result) => new(
        $"{result.Task}: dev {result.Task.Metrics[0]}",
        [Column.Number("learning rate"), Column.Number("batch"), Column.Number("epochs"), Column.Number("median"), Column.Number("mean"), Column.Number("standard error"), Column.Number("by seed"), Column.Number("failed")],
        [
            .. result.Configurations.Select(configuration => new Row(
            [
                Rate(configuration.Trial.LearningRate), Numbers.Count(configuration.Trial.BatchSize), Numbers.Count(configuration.Trial.Epochs),
                Numbers.Score(configuration.Median.Score), Numbers.Score(configuration.Mean), Numbers.Score(configuration.StandardError),
                string.Join("  ", configuration.Results.Select(seed => Numbers.Score(seed.Score))), Numbers.Count(configuration.Results.Count(seed => seed.Error is not null)),
            ],
            ReferenceEquals(configuration, result.Best) || configuration.Trial.Configuration == result.Best?.Trial.Configuration)),
        ]);

    private static Row ScoreRow(GlueRun run)
    {
        IReadOnlyDictionary<string, double> scores = run.Report.Scores;
        return new Row([$"{run.Name} (dev)", .. Paper.GlueNames.Select(name => Numbers.Score(scores.TryGetValue(name, out double score) ? score : null)), Numbers.Score(run.Report.Average)]);
    }

    private static Row GridRow(GlueTaskResult result)
    {
        GlueTrial[] tried = [.. result.Configurations.SelectMany(configuration => configuration.Results).Select(trial => trial.Trial)];
        GlueTrial? chosen = result.Best?.Trial;
        return new Row(
        [
            result.Task.Name, Rates(tried), Values(tried, trial => trial.BatchSize), Values(tried, trial => trial.Epochs), Numbers.Count(tried.Select(trial => trial.Seed).Distinct().Count()),
            chosen is null ? Numbers.None : $"{Rate(chosen.LearningRate)}, batch {chosen.BatchSize}, {chosen.Epochs} epochs", Numbers.Score(result.Best?.Median.Score), PaperGrid(result.Task),
        ]);
    }

    private static string PaperGrid(GlueTask task)
    {
        IReadOnlyList<GlueTrial> trials = new GlueOptions().Trials(task);
        return $"{Rates(trials)}; {Values(trials, trial => trial.BatchSize)}; {Values(trials, trial => trial.Epochs)}; {Numbers.Count(trials.Select(trial => trial.Seed).Distinct().Count())} seeds";
    }

    private static string Rates(IEnumerable<GlueTrial> trials) => Join(trials.Select(trial => trial.LearningRate).Distinct().Order().Select(Rate));

    private static string Values(IEnumerable<GlueTrial> trials, Func<GlueTrial, int> value) => Join(trials.Select(value).Distinct().Order().Select(number => Numbers.Count(number)));

    private static string Join(IEnumerable<string> values) => string.Join(", ", values) is { Length: > 0 } text ? text : Numbers.None;

    private static string Rate(double rate) => Numbers.Text($"{rate:0.###E-0}");
}
