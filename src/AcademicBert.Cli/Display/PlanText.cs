using System.Globalization;
using AcademicBert.Pretraining;

namespace AcademicBert.Cli.Display;

/// <summary>A dry run's plan in lines.</summary>
internal static class PlanText
{
    public static IEnumerable<string> Of(PretrainingPlan plan, decimal? pricePerHour)
    {
        yield return Line("parameters", $"{plan.Parameters / 1e6:N1} million, {plan.ComputeType} products");
        yield return Line("accumulation", $"{plan.Accumulation} micro-batch{(plan.Accumulation == 1 ? "" : "es")} a step");
        yield return Line("speed", $"{plan.SamplesPerSecond:N1} samples/s measured over {plan.MeasuredSteps} micro-batches");
        yield return Line("run", $"{plan.Expected.Steps:N0} steps, {plan.Expected.Samples:N0} samples ({plan.Epochs:N2} times the corpus), {ProgressText.Span(TimeSpan.FromSeconds(plan.Expected.Seconds))}");
        if (plan.Validations > 0)
            yield return Line("held-out loss", $"measured {plan.Validations:N0} times in {plan.ValidationSeconds:N1} s, beside the run");
        yield return Line("memory", $"{plan.MemoryBytes / 1e9:N1} GB of {plan.MachineMemoryBytes / 1e9:N1} GB");
        yield return Line("disk", $"{plan.DiskBytes / 1e9:N2} GB at most, without the corpus");
        yield return Line("budget", $"{plan.DeviceHours:N2} device-hours, {plan.GigabyteHours:N1} GB-hours");
        if (pricePerHour is { } price)
            yield return Line("cost", $"{plan.Cost(price):N2} at {price} an hour");
    }

    private static string Line(string name, FormattableString text) => $"{name,-14} {text.ToString(CultureInfo.InvariantCulture)}";
}
