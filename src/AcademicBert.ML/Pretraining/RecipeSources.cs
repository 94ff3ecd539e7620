using System.Text.Json;
using System.Text.Json.Nodes;

namespace AcademicBert.Pretraining;

/// <summary>An option that a recipe sets.</summary>
/// <param name="Option">Its path in the recipe, such as <c>pretraining.schedule.peak</c>.</param>
/// <param name="Value">Its value as JSON; text without quotes, and <c>none</c> for null.</param>
/// <param name="Source">Where the value comes from.</param>
public sealed record RecipeSetting(string Option, string Value, string Source);

/// <summary>Holds the sources of a recipe against the options it sets.</summary>
internal static class RecipeSources
{
    private static readonly JsonNodeOptions s_anyCase = new() { PropertyNameCaseInsensitive = true };
    private static readonly JsonDocumentOptions s_comments = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>Checks that every option in the text of a recipe has a source, and every source an option.</summary>
    /// <exception cref="InvalidDataException">An option or a source is alone; the message names file and option.</exception>
    public static void Check(string json, IReadOnlyDictionary<string, string> sources, string file)
    {
        JsonObject[] sections = [.. new[] { nameof(PretrainingRecipe.Pretraining), nameof(PretrainingRecipe.Corpus), nameof(PretrainingRecipe.Vocabulary), nameof(PretrainingRecipe.Text) }
            .Select(section => Tree(json)[section]).OfType<JsonObject>()];
        var options = new HashSet<string>(sections.SelectMany(Leaves).Select(Path), StringComparer.OrdinalIgnoreCase);
        foreach (string option in options.Where(option => !sources.Keys.Contains(option, StringComparer.OrdinalIgnoreCase)))
            throw new InvalidDataException($"{file} sets {option} and does not say in its sources where the value comes from.");
        foreach ((string option, string text) in sources)
        {
            if (!options.Contains(option))
                throw new InvalidDataException($"{file} has a source for {option}, which it does not set.");
            if (string.IsNullOrWhiteSpace(text))
                throw new InvalidDataException($"{file} has an empty source for {option}.");
        }
    }

    /// <summary>The value of an option in the text of a recipe that has all.</summary>
    public static string Value(string json, string option) =>
        option.Split('.').Aggregate((JsonNode?)Tree(json), (node, key) => node?[key])?.ToString() ?? "none";

    private static JsonObject Tree(string json) => JsonNode.Parse(json, s_anyCase, s_comments)!.AsObject();

    private static IEnumerable<(JsonObject Section, string Key)> Leaves(JsonObject section) =>
        section.SelectMany(entry => entry.Value is JsonObject { Count: > 0 } inner ? Leaves(inner) : [(section, entry.Key)]);

    private static string Path((JsonObject Section, string Key) leaf) => $"{leaf.Section.GetPath()[2..]}.{leaf.Key}";
}
