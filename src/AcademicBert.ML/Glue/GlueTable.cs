using System.Globalization;
using System.Text;

namespace AcademicBert.Glue;

/// <summary>Results as a Markdown table: every configuration of every task with its spread over the seeds.</summary>
public static class GlueTable
{
    /// <summary>Writes a report; scores are in percent.</summary>
    public static string Of(GlueReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var text = new StringBuilder();
        foreach (GlueTaskResult task in report.Tasks)
            Append(text, task);
        if (report.Average is { } average)
            text.Append(CultureInfo.InvariantCulture, $"Average of Table 3 over the dev scores: {100 * average:F1}\n");
        return text.ToString();
    }

    private static void Append(StringBuilder text, GlueTaskResult result)
    {
        text.Append(CultureInfo.InvariantCulture, $"## {result.Task}{Submissions(result.Task)}: dev {result.Task.Metrics[0]}\n\n");
        text.Append("| learning rate | batch | epochs | median | mean ± standard error | lowest to highest | by seed | failed | seconds a trial |\n|---|---|---|---|---|---|---|---|---|\n");
        foreach (GlueConfigurationResult configuration in result.Configurations)
        {
            GlueTrial trial = configuration.Trial;
            string mark = configuration.Trial.Configuration == result.Best?.Trial.Configuration ? "**" : "";
            text.Append(CultureInfo.InvariantCulture, $"| {trial.LearningRate:0.###E-0} | {trial.BatchSize} | {trial.Epochs} | {mark}{Percent(configuration.Median.Score)}{mark} | {Percent(configuration.Mean)} ± {Percent(configuration.StandardError)} | {(configuration.Scores.Count > 0 ? $"{Percent(configuration.Scores.Min())} to {Percent(configuration.Scores.Max())}" : "-")} | {string.Join(", ", configuration.Results.Select(seed => Percent(seed.Score)))} | {configuration.Results.Count(seed => seed.Error is not null)} | {configuration.Results.Average(seed => seed.Seconds):F1} |\n");
        }

        text.Append('\n');
        if (result.Best?.Median is not { } chosen)
            return;
        IEnumerable<string> scores = chosen.Scores.SelectMany(evaluation => evaluation.Value.Select(metric => $"{evaluation.Key} {metric.Key} {Percent(metric.Value)}"));
        text.Append(CultureInfo.InvariantCulture, $"Chosen: {chosen.Trial} ({string.Join(", ", scores)})\n\n");
    }

    private static string Percent(double? score) => score is { } value ? (100 * value).ToString("F1", CultureInfo.InvariantCulture) : "-";

    // Those of most tasks are named as the task is.
    private static string Submissions(GlueTask task) =>
        task.Evaluations.Select(evaluation => evaluation.Submission).ToArray() is var names && names is [var only] && only == task.Name ? "" : $", {string.Join(" and ", names)}";
}
