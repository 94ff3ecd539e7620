namespace AcademicBert.Glue;

/// <summary>What a run over GLUE has found.</summary>
/// <param name="Tasks">The result of each task, in the order they were trained.</param>
public sealed record GlueReport(IReadOnlyList<GlueTaskResult> Tasks)
{
    /// <summary>Dev score of the chosen model of each evaluation, by its name.</summary>
    public IReadOnlyDictionary<string, double> Scores => new Dictionary<string, double>(
        from task in Tasks
        let best = task.Best
        where best is not null
        from evaluation in task.Task.Evaluations
        let scores = best.Median.Scores.GetValueOrDefault(evaluation.Submission)
        where scores?.ContainsKey(task.Task.Metrics[0]) == true
        select KeyValuePair.Create(evaluation.Submission, scores[task.Task.Metrics[0]] ?? 0));

    /// <summary>The average of Table 3 over dev scores; null unless all eight tasks that enter it are there.</summary>
    public double? Average => GlueAverage.Of(Scores);

    /// <summary>
    /// Reads what a run folder holds, finished or not. The grid is that of its trials: a configuration is complete if it has every seed that any of its
    /// task has.
    /// </summary>
    /// <param name="runFolder">The folder that holds a folder for each task.</param>
    /// <returns>The tasks that have a trial; none where the folder is not that of a GLUE run.</returns>
    public static GlueReport Read(string runFolder) => new(
    [
        .. from task in GlueTask.All
           let results = GlueTrialStore.Read(Path.Combine(runFolder, task.Name)).GroupBy(result => result.Trial).ToDictionary(same => same.Key, same => same.Last())
           where results.Count > 0
           select GlueTaskResult.Of(task, Grid([.. results.Keys]), results),
    ]);

    private static IEnumerable<GlueTrial> Grid(GlueTrial[] trials) =>
        from configuration in trials.DistinctBy(trial => trial.Configuration)
        orderby configuration.LearningRate, configuration.BatchSize, configuration.Epochs
        from seed in trials.Select(trial => trial.Seed).Distinct().Order()
        select configuration with { Seed = seed };
}
