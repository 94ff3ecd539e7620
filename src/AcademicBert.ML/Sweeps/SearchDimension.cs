using System.Text.Json;

namespace AcademicBert.Sweeps;

/// <summary>An option that a search varies, and the values it tries.</summary>
/// <param name="Option">
/// The option's name as in a run's <c>options.json</c>, such as <c>batchSize</c> or <c>schedule.peak</c>; or <see cref="ScheduleLength"/>.
/// </param>
/// <param name="Values">The values, as JSON.</param>
public sealed record SearchDimension(string Option, IReadOnlyList<JsonElement> Values)
{
    /// <summary>
    /// Name of what is no option of a run: how many times longer than the budget the learning-rate schedule is laid out. The paper's "days"
    /// against its budget of one day (appendix A).
    /// </summary>
    public const string ScheduleLength = "scheduleLength";

    /// <summary>Makes a dimension of values.</summary>
    public static SearchDimension Of<T>(string option, params T[] values) => new(option, [.. values.Select(value => JsonSerializer.SerializeToElement(value))]);
}
