namespace AcademicBert.Glue;

/// <summary>What a run over GLUE has found.</summary>
/// <param name="Tasks">The result of each task, in the order they were trained.</param>
public sealed record GlueReport(IReadOnlyList<GlueTaskResult> Tasks)
{
    /// <summary>Dev score of the chosen model of each evaluation, by its name.</summary>
    public IReadOnlyDictionary<string, double> Scores => Tasks
        .Where(task => task.Best is not null)
        .SelectMany(task => task.Best!.Median.Scores.Select(scores => (Name: scores.Key, Score: scores.Value[task.Task.Metrics[0]] ?? 0)))
        .ToDictionary(score => score.Name, score => score.Score);

    /// <summary>The average of Table 3 over dev scores; null unless all eight tasks that enter it are there.</summary>
    public double? Average => GlueAverage.Of(Scores);
}
