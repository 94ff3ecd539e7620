using System.CommandLine;
using System.Text.Json.Nodes;
using AcademicBert.Pretraining;

namespace AcademicBert.Cli.Commands;

/// <summary>
/// A flag for every option of a recipe, by the name it has in the file: <c>--budget</c> and <c>--model.hiddenSize</c> for those of
/// <c>pretraining</c>, <c>--corpus.sequenceLength</c> and the like for the other sections.
/// </summary>
internal sealed class RecipeFlags
{
    private const string MainSection = "pretraining.";

    private readonly Option<FileInfo?> _file = new("--recipe") { Description = "A recipe file (JSON) with any of the options below; flags win over it." };
    private readonly Dictionary<Option<string>, string[]> _flags = [];

    public RecipeFlags()
    {
        foreach ((string path, JsonNode? value) in Leaves(Tree(new PretrainingRecipe()), ""))
        {
            string name = path.StartsWith(MainSection, StringComparison.Ordinal) ? path[MainSection.Length..] : path;
            _flags.Add(new Option<string>("--" + name) { Description = $"Default: {value?.ToString() ?? "none"}", HelpName = "value" }, path.Split('.'));
        }
    }

    /// <summary>The options to add to a command.</summary>
    public IEnumerable<Option> Options => [_file, .. _flags.Keys];

    /// <summary>The recipe that file and flags make, checked.</summary>
    /// <exception cref="InvalidDataException">A value cannot be read; the message names file and line, or the flag.</exception>
    public PretrainingRecipe Read(ParseResult arguments)
    {
        PretrainingRecipe recipe = arguments.GetValue(_file) is { } file ? PretrainingRecipe.Load(file.FullName) : new PretrainingRecipe();
        foreach ((Option<string> flag, string[] path) in _flags)
        {
            if (arguments.GetValue(flag) is { } text)
                recipe = With(recipe, path, text, flag.Name);
        }

        recipe.Validate();
        return recipe;
    }

    private static PretrainingRecipe With(PretrainingRecipe recipe, string[] path, string text, string flag)
    {
        JsonObject tree = Tree(recipe);
        JsonObject section = path[..^1].Aggregate(tree, (node, key) => node[key]!.AsObject());
        section[path[^1]] = Value(section[path[^1]], text);
        return PretrainingRecipe.Parse(tree.ToJsonString(), $"{flag} {text}");
    }

    /// <summary>A flag's text as JSON: a string where the option holds one, else what it reads as.</summary>
    private static JsonNode? Value(JsonNode? present, string text)
    {
        if (present?.GetValueKind() == System.Text.Json.JsonValueKind.String)
            return text;
        try
        {
            return JsonNode.Parse(text);
        }
        catch (System.Text.Json.JsonException)
        {
            return text;
        }
    }

    private static JsonObject Tree(PretrainingRecipe recipe) => JsonNode.Parse(recipe.ToJson())!.AsObject();

    private static IEnumerable<(string Path, JsonNode? Value)> Leaves(JsonObject node, string prefix) =>
        node.SelectMany(entry => entry.Value is JsonObject section ? Leaves(section, $"{prefix}{entry.Key}.") : [(prefix + entry.Key, entry.Value)]);
}
