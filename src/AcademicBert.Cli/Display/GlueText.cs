using System.Globalization;
using AcademicBert.Glue;

namespace AcademicBert.Cli.Display;

/// <summary>GLUE runs in words and numbers.</summary>
internal static class GlueText
{
    public static IEnumerable<string> Of(GluePlan plan, decimal? pricePerHour)
    {
        foreach (GlueTaskPlan task in plan.Tasks)
            yield return Format($"{task.Task.Name,-6} {task.Trials} trials{(task.Done > 0 ? $", {task.Done} of them done" : "")}, {task.Rows:N0} rows, about {ProgressText.Span(task.Time)}, {task.TrialBytes / 1e9:N1} GB a trial");
        yield return Format($"all    about {ProgressText.Span(plan.Time)}, {plan.Parallel} side by side{(pricePerHour is { } price ? $", {plan.Cost(price):N2} at {price} an hour" : "")}");
    }

    public static string Of(GlueProgress progress) => Format(
        $"{progress.Task} {progress.Done} of {progress.Trials}: {progress.Result.Trial}  {(progress.Result.Error is { } error ? $"failed: {error}" : string.Join("  ", progress.Result.Scores.SelectMany(evaluation => evaluation.Value.Select(metric => $"{evaluation.Key} {metric.Key} {Percent(metric.Value)}"))))}  {progress.Result.Seconds:F1} s");

    private static string Percent(double? score) => score is { } value ? Format($"{100 * value:F1} %") : "undefined";

    private static string Format(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
