using System.Globalization;
using AcademicBert.Sweeps;

namespace AcademicBert.Cli.Display;

/// <summary>Searches in words and numbers.</summary>
internal static class SearchText
{
    public static IEnumerable<string> Of(SearchPlan plan, decimal? pricePerHour)
    {
        foreach (SearchPlanPart part in plan.Parts)
            yield return Format($"{part.Runs,4} runs{(part.Values.Length > 0 ? $" of {part.Values}" : "")}: {part.Run.Expected.Steps:N0} steps, {part.Run.Expected.Samples:N0} samples, {ProgressText.Span(TimeSpan.FromSeconds(part.Run.Expected.Seconds))} at {part.Run.SamplesPerSecond:N1} samples/s{(part.Run.Validations > 0 ? $", and {part.Run.ValidationSeconds / part.Run.Validations:N1} s for each held-out loss" : "")}");
        yield return Format($"{plan.Runs,4} runs{(plan.Ended > 0 ? $", {plan.Ended} of them ended" : "")}, {plan.SideBySide} at a time: at most about {ProgressText.Span(plan.Time)}{(pricePerHour is { } price ? $", {plan.Cost(price):N2} at {price} an hour" : "")}, {plan.Parts.Max(part => part.Run.MemoryBytes) / 1e9:N1} GB memory, {plan.DiskBytes / 1e9:N2} GB disk at most");
    }

    /// <summary>What to do about a search by the defaults that would take days; null: it would not.</summary>
    public static string? Advice(SearchPlan plan) =>
        plan.Time < TimeSpan.FromDays(2) ? null : "What is not set is as in the paper, whose runs were of a day each on GPUs; --recipe nano is its search for 2 cores.";

    public static string Of(SearchProgress progress) => Format(
        $"{Share(progress)}  {progress.Configuration}{(progress.Training is { } training ? $" step {training.Position.Steps}  loss {training.Loss:F3}  {training.SamplesPerSecond:F1} samples/s" : "")}");

    /// <summary>What of a search's progress is kept on the screen.</summary>
    public static string? NoteOf(SearchProgress progress) =>
        progress.Result is { } result ? Format($"{progress.Configuration}, rung {result.Rung + 1}: {(result.Error is null ? $"held-out loss {result.Loss:F4} after {result.Position.Steps} steps" : "failed")}  ({Share(progress)})")
        : progress.Decision is { } decision ? Format($"Rung {decision.Rung + 1}: {decision.Outcome.Kept.Count} runs go on, {decision.Outcome.Dropped.Count} are dropped.")
        : null;

    private static string Share(SearchProgress progress) => Format(
        $"{progress.Ended} of {progress.Runs} runs ended, {100 * progress.Fraction:F0} %{(progress.TimeLeft is { } left ? $", {ProgressText.Span(left)} left" : "")}");

    private static string Format(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
