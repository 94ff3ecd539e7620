using AcademicBert.Pretraining;
using AcademicBert.Reports.Sources;

namespace AcademicBert.Reports.Figures;

/// <summary>Figure 2: held-out loss over training time of several configurations. Runs that differ by their seed only share a colour and a name.</summary>
internal static class LearningCurves
{
    /// <summary>The figure; without charts unless there are two configurations or more.</summary>
    /// <param name="runs">The runs.</param>
    /// <param name="name">Name of its files.</param>
    /// <param name="caption">What it shows.</param>
    public static Figure Of(IReadOnlyList<TrainingRun> runs, string name = "figure2", string caption = "Held-out loss over training time, as in Figure 2 of the paper.")
    {
        TrainingRun[][] groups = Groups(runs);
        if (!AreMany(runs))
            return new Figure(name, caption, []);
        TimeAxis time = TimeAxis.For(runs.Max(run => run.Journal.End.Seconds));
        Line[] lines =
        [
            .. groups.SelectMany((group, color) => group.Select((run, index) =>
                new Line(index == 0 ? GroupName(group) : null, color, RunCharts.HeldOutLoss([run], time).Lines[0].Points) { Marked = true })),
        ];
        return new Figure(name, caption, [new LineChart("Held-out loss by training time", time.Label, "loss (nats)", lines)]);
    }

    /// <summary>Whether runs are of two configurations or more.</summary>
    public static bool AreMany(IReadOnlyList<TrainingRun> runs) => Groups(runs).Length > 1;

    /// <summary>Runs with the same options but for the seed, in the order of the first of each.</summary>
    internal static TrainingRun[][] Groups(IReadOnlyList<TrainingRun> runs) => [.. runs.GroupBy(run => Key(run.Options)).Select(group => group.ToArray())];

    /// <summary>What the names of a group have in common, or the first of them.</summary>
    internal static string GroupName(IReadOnlyList<TrainingRun> group)
    {
        if (group.Count == 1)
            return group[0].Name;
        int common = 0;
        while (common < group.Min(run => run.Name.Length) && group.All(run => run.Name[common] == group[0].Name[common]))
            common++;
        string name = group[0].Name[..common].TrimEnd('-', '_', '.', ' ', '/');
        return $"{(name.Length > 0 ? name : group[0].Name)} ({group.Count} seeds)";
    }

    // What a run's numbers do not depend on does not tell configurations apart.
    private static string Key(PretrainingOptions options) => new PretrainingRecipe { Pretraining = options with { Seed = 0, Device = "auto", Threads = 0, CheckpointEvery = new PretrainingOptions().CheckpointEvery } }.ToJson();
}
