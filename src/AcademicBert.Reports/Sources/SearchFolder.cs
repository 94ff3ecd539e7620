using System.Text.Json;
using AcademicBert.Sweeps;

namespace AcademicBert.Reports.Sources;

/// <summary>A hyperparameter search to report on.</summary>
/// <param name="Name">Its name in the report.</param>
/// <param name="History">What it has recorded.</param>
internal sealed record SearchFolder(string Name, SearchHistory History)
{
    /// <summary>What the search varies: the options of its configurations and their values, numbers in their order.</summary>
    public IReadOnlyList<SearchDimension> Space { get; } =
    [
        .. from run in History.Runs
           from option in run.Configuration.Values
           group option.Value by option.Key into values
           select new SearchDimension(values.Key, [.. values.DistinctBy(Text).OrderBy(value => value.ValueKind == JsonValueKind.Number ? value.GetDouble() : 0)]),
    ];

    /// <summary>A value as text.</summary>
    public static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => Numbers.Plain(value.GetDouble()),
        JsonValueKind.String => value.GetString()!,
        _ => value.GetRawText(),
    };

    /// <summary>A configuration's value of an option as text.</summary>
    public static string Value(SearchRun run, string option) => run.Configuration.Values.TryGetValue(option, out JsonElement value) ? Text(value) : Numbers.None;

    /// <summary>An option in words, if it is one that the paper varies.</summary>
    public static string Label(string option) => option switch
    {
        "batchSize" => "batch size",
        "schedule.peak" => "peak learning rate",
        "schedule.warmupProportion" => "warm-up",
        SearchDimension.ScheduleLength => "schedule, in budgets",
        _ => option,
    };
}
