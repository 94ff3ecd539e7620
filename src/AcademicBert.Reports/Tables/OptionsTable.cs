using System.Text.Json;
using System.Text.Json.Nodes;
using AcademicBert.Pretraining;
using AcademicBert.Reports.Sources;
using AcademicBert.Sweeps;
using AcademicBert.Tables;

namespace AcademicBert.Reports.Tables;

/// <summary>The options of runs.</summary>
internal static class OptionsTable
{
    /// <summary>Every option of one run, and its default where that is another.</summary>
    public static Table Of(TrainingRun run) => Of(Leaves(run.Options), Leaves(new PretrainingOptions()));

    /// <summary>Every option of a run of fine-tuning: the recipe's, or those of training where there is none.</summary>
    public static Table Of(FinetunedRun run) => Of(Leaves(run), Leaves(Json(new FinetuningRecipe())));

    private static Table Of(IReadOnlyDictionary<string, string> options, IReadOnlyDictionary<string, string> defaults) => new(
        "Options", [new("option"), new("value"), new("default, where it differs")],
        [.. options.Select(option => new Row([option.Key, option.Value, defaults.TryGetValue(option.Key, out string? value) && value != option.Value ? value : ""]))]);

    /// <summary>The options in which runs differ; null: in none.</summary>
    public static Table? Differences(IReadOnlyList<TrainingRun> runs) => Differences([.. runs.Select(run => (run.Name, Leaves(run.Options)))]);

    /// <inheritdoc cref="Differences(IReadOnlyList{TrainingRun})"/>
    public static Table? Differences(IReadOnlyList<FinetunedRun> runs) => Differences([.. runs.Select(run => (run.Name, Leaves(run)))]);

    private static Table? Differences((string Name, IReadOnlyDictionary<string, string> Options)[] runs)
    {
        IReadOnlyDictionary<string, string>[] options = [.. runs.Select(run => run.Options)];
        Row[] rows =
        [
            .. from name in options.SelectMany(run => run.Keys).Distinct()
               let values = options.Select(run => run.GetValueOrDefault(name, Numbers.None)).ToArray()
               where values.Distinct().Count() > 1
               select new Row([name, .. values]),
        ];
        return rows.Length == 0 ? null : new Table("Options in which they differ", [new("option"), .. runs.Select(run => new Column(run.Name))], rows, "All others are the same.");
    }

    /// <summary>A run's values of options that a search varies.</summary>
    public static IEnumerable<string> Values(TrainingRun run, IEnumerable<string> options)
    {
        IReadOnlyDictionary<string, string> leaves = Leaves(run.Options);
        return options.Select(option => option == SearchDimension.ScheduleLength ? ScheduleLength(run.Options) : leaves.GetValueOrDefault(option, Numbers.None));
    }

    private static string ScheduleLength(PretrainingOptions options) =>
        options.EarlyExit is not { } exit ? Numbers.Plain(1) : exit.Unit == options.Budget.Unit ? Numbers.Plain(Math.Round(options.Budget.Amount / exit.Amount, 3)) : Numbers.None;

    private static IReadOnlyDictionary<string, string> Leaves(FinetunedRun run)
    {
        JsonObject options = Json(run.Recorded.Recipe ?? new FinetuningRecipe { Finetuning = run.Recorded.Options });
        return Leaves(run.Recorded.Recipe is null ? new JsonObject { ["finetuning"] = options["finetuning"]!.DeepClone() } : options);
    }

    private static JsonObject Json(FinetuningRecipe recipe) => JsonNode.Parse(recipe.ToJson())!.AsObject();

    private static IReadOnlyDictionary<string, string> Leaves(PretrainingOptions options) =>
        Leaves(JsonNode.Parse(new PretrainingRecipe { Pretraining = options }.ToJson())!["pretraining"]!.AsObject());

    private static IReadOnlyDictionary<string, string> Leaves(JsonObject options)
    {
        var leaves = new Dictionary<string, string>();
        Add(options, "");
        return leaves;

        void Add(JsonObject section, string prefix)
        {
            foreach ((string key, JsonNode? value) in section)
            {
                if (value is JsonObject inner)
                    Add(inner, $"{prefix}{key}.");
                else
                    leaves.Add(prefix + key, value is null ? "none" : value.GetValueKind() == JsonValueKind.String ? (string)value! : value.ToJsonString());
            }
        }
    }
}
