using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AcademicBert.Pretraining;
using AcademicBert.Training;

namespace AcademicBert.Sweeps;

/// <summary>The configurations of a search and what each trains with: functions of the definition only.</summary>
internal static class SearchSpace
{
    /// <summary>The configurations in the order of the grid, the last option changing fastest; of a sample, those drawn in the order drawn.</summary>
    public static IReadOnlyList<SearchConfiguration> Configurations(SearchOptions options)
    {
        IEnumerable<JsonElement[]> points = [[]];
        foreach (SearchDimension dimension in options.Space)
            points = points.SelectMany(point => dimension.Values.Select(value => (JsonElement[])[.. point, value]));
        IEnumerable<SearchConfiguration> grid = points.Select(point => Named(options.Space, point));
        return options.Sample is { } sample
            ? [.. grid.OrderBy(configuration => Draw(sample.Seed, configuration.Name), StringComparer.Ordinal).Take(sample.Count)]
            : [.. grid];
    }

    /// <summary>The options of a configuration's run.</summary>
    /// <exception cref="ArgumentException">A value does not fit its option; the message names it.</exception>
    public static PretrainingOptions Options(SearchOptions options, SearchConfiguration configuration)
    {
        JsonObject tree = JsonNode.Parse(OptionsJson.Write(options.Recipe.Pretraining))!.AsObject();
        foreach ((string option, JsonElement value) in configuration.Values)
        {
            if (option != SearchDimension.ScheduleLength)
                Set(tree, option, value);
        }

        string source = $"{nameof(SearchOptions)}.{nameof(SearchOptions.Space)}";
        try
        {
            PretrainingOptions run = OptionsJson.Parse<PretrainingOptions>(tree.ToJsonString(), source, hasLines: false);
            return WithScheduleLength(run, configuration.Values.TryGetValue(SearchDimension.ScheduleLength, out JsonElement length) ? Number(length) : 1);
        }
        catch (InvalidDataException error)
        {
            throw new ArgumentException(error.Message, nameof(options), error);
        }
    }

    /// <summary>The budget a run ends with, of which rungs are shares.</summary>
    public static TrainingBudget RunBudget(PretrainingOptions run) => run.EarlyExit ?? run.Budget;

    private static PretrainingOptions WithScheduleLength(PretrainingOptions run, double length)
    {
        if (!(length >= 1 && double.IsFinite(length)))
            throw new ArgumentException($"{SearchDimension.ScheduleLength} is {length}; the schedule must be at least as long as the budget: 1 or more.", SearchDimension.ScheduleLength);
        if (length == 1)
            return run;
        // Marks of a run are shares of its schedule; those of all runs of a search are to be at the same time.
        ValidationPlan plan = run.Validation;
        return run with
        {
            Budget = run.Budget with { Amount = run.Budget.Amount * length },
            EarlyExit = run.Budget,
            Validation = plan with { Interval = plan.Interval / length, EarlyInterval = plan.EarlyInterval / length, EarlyShare = plan.EarlyShare / length },
            Snapshots = [.. run.Snapshots.Select(share => share / length)],
        };
    }

    private static void Set(JsonObject tree, string option, JsonElement value)
    {
        string[] path = option.Split('.');
        JsonNode? section = path[..^1].Aggregate<string, JsonNode?>(tree, (node, key) => (node as JsonObject)?[key]);
        if (section is not JsonObject holder || !holder.ContainsKey(path[^1]))
            throw new ArgumentException($"{nameof(SearchOptions)}.{nameof(SearchOptions.Space)}: there is no option '{option}' of a pretraining run; write it as in a run's {OptionsFile.Name}, such as batchSize or schedule.peak.", nameof(tree));
        holder[path[^1]] = JsonNode.Parse(value.GetRawText());
    }

    private static double Number(JsonElement value) => value.ValueKind == JsonValueKind.Number ? value.GetDouble() : double.NaN;

    private static SearchConfiguration Named(IReadOnlyList<SearchDimension> space, JsonElement[] point)
    {
        IEnumerable<string> parts = space.Zip(point, (dimension, value) => dimension.Option.Split('.')[^1] + Text(value));
        string name = new([.. string.Join('-', parts).Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '.' or '+' ? letter : '_')]);
        return new SearchConfiguration(name, space.Zip(point).ToDictionary(pair => pair.First.Option, pair => pair.Second));
    }

    private static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => value.GetDouble().ToString(CultureInfo.InvariantCulture),
        JsonValueKind.String => value.GetString()!,
        _ => value.GetRawText(),
    };

    // By name, so that a place in the draw does not depend on the rest of the grid.
    private static string Draw(ulong seed, string name) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{seed}:{name}"))));
}
