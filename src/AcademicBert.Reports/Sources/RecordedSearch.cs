using System.Text.Json;
using AcademicBert.Pretraining;
using AcademicBert.Sweeps;

namespace AcademicBert.Reports.Sources;

/// <summary>A hyperparameter search to report on.</summary>
/// <param name="Name">Its name in the report.</param>
/// <param name="History">What it has recorded.</param>
/// <param name="Best">The runs of its best configurations, named by their rank, as far as their folders are there.</param>
internal sealed record RecordedSearch(string Name, SearchHistory History, IReadOnlyList<TrainingRun> Best)
{
    /// <summary>How many configurations stand for the best: as many as in the paper's Table 2.</summary>
    public const int BestShown = 5;

    /// <summary>Reads a search.</summary>
    /// <exception cref="InvalidDataException">Its journal cannot be read, or a decision in it does not follow from the losses; the message names the line.</exception>
    public static RecordedSearch Open(string folder, string name)
    {
        SearchHistory history = SearchJournal.Read(folder);
        IEnumerable<(string Folder, int Rank)> best = history.Ranking.Take(BestShown).Select((run, index) => (SearchJournal.RunFolder(folder, run.Configuration.Name), index + 1));
        return new RecordedSearch(name, history, [.. best.Where(run => RecordedRun.IsIn(run.Folder)).Select(run => TrainingRun.Open(run.Folder, Numbers.Count(run.Rank)))]);
    }

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
