namespace AcademicBert.Glue;

/// <summary>A configuration's trials over its seeds.</summary>
/// <param name="Results">A result for each seed.</param>
public sealed record GlueConfigurationResult(IReadOnlyList<GlueTrialResult> Results)
{
    /// <summary>The configuration; its seed is that of the median.</summary>
    public GlueTrial Trial => Median.Trial;

    /// <summary>The trial in the middle by dev score, of an even number the lower one, equal ones standing in the order of their seeds; a failed trial is below all others.</summary>
    public GlueTrialResult Median => Results.OrderBy(result => result.Score ?? double.NegativeInfinity).ElementAt((Results.Count - 1) / 2);

    /// <summary>Scores of the trials that have one.</summary>
    public IReadOnlyList<double> Scores => [.. Results.Where(result => result.Score is not null).Select(result => result.Score!.Value)];

    /// <summary>Mean of <see cref="Scores"/>; null without any.</summary>
    public double? Mean => Scores.Count > 0 ? Scores.Average() : null;

    /// <summary>Standard error of the mean; null with fewer than two scores.</summary>
    public double? StandardError => Scores.Count > 1 ? Math.Sqrt(Scores.Sum(score => Math.Pow(score - Mean!.Value, 2)) / (Scores.Count - 1) / Scores.Count) : null;
}

/// <summary>The finished part of a task's grid and what it chooses.</summary>
/// <param name="Task">The task.</param>
/// <param name="Configurations">Configurations whose trials are all done, in the order of the grid.</param>
public sealed record GlueTaskResult(GlueTask Task, IReadOnlyList<GlueConfigurationResult> Configurations)
{
    /// <summary>The configuration with the highest median dev score, of equal ones the earlier; null: none is complete, or no trial of any has a score.</summary>
    public GlueConfigurationResult? Best => Configurations.Where(configuration => configuration.Median.Score is not null).MaxBy(configuration => configuration.Median.Score);

    /// <summary>Groups results by configuration.</summary>
    /// <param name="task">The task.</param>
    /// <param name="trials">The grid, in its order.</param>
    /// <param name="results">Results so far.</param>
    internal static GlueTaskResult Of(GlueTask task, IEnumerable<GlueTrial> trials, IReadOnlyDictionary<GlueTrial, GlueTrialResult> results) => new(
        task,
        [.. from configuration in trials.GroupBy(trial => trial.Configuration) where configuration.All(results.ContainsKey) select new GlueConfigurationResult([.. configuration.Select(trial => results[trial])])]);
}
