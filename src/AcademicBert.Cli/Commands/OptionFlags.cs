using System.CommandLine;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AcademicBert.Cli.Commands;

/// <summary>
/// A flag for every option of a record, by the name it has in the record's file: <c>--corpus.sequenceLength</c> for one in a section,
/// <c>--budget</c> for one of the main section, without the name of the section that holds both. Lists are given with commas.
/// </summary>
/// <typeparam name="T">The record.</typeparam>
internal sealed class OptionFlags<T>
    where T : class
{
    private readonly Option<string?> _file;
    private readonly Dictionary<Option<string>, string[]> _flags = [];
    private readonly Func<string, T> _load;
    private readonly Func<string, string, T> _parse;
    private readonly Func<T, string> _toJson;
    private readonly T _defaults;
    private readonly string[] _unsaid;

    /// <param name="file">Name of the flag that names a file of options.</param>
    /// <param name="defaults">The record with its defaults.</param>
    /// <param name="load">Reads what that flag names.</param>
    /// <param name="parse">Reads JSON text; the second argument says where it comes from.</param>
    /// <param name="toJson">Writes JSON text with every option.</param>
    /// <param name="mainSection">The section whose options have flags without its name, such as <c>recipe.pretraining</c>; null: none.</param>
    /// <param name="without">Options, or whole sections, that are no flags.</param>
    /// <param name="names">What <paramref name="file"/> may name besides a file, for its description.</param>
    public OptionFlags(string file, T defaults, Func<string, T> load, Func<string, string, T> parse, Func<T, string> toJson, string? mainSection = null, IReadOnlyCollection<string>? without = null, string? names = null)
    {
        (_defaults, _load, _parse, _toJson) = (defaults, load, parse, toJson);
        string[] sections = mainSection?.Split('.') ?? [];
        _unsaid = [.. Enumerable.Range(0, sections.Length).Select(depth => string.Join('.', sections[..^depth]) + ".")];
        _file = new Option<string?>(file) { Description = $"A file (JSON) with any of the options below{names}; flags win over it.", HelpName = "file" };
        foreach ((string path, JsonNode? value) in Leaves(Tree(defaults), ""))
        {
            PropertyInfo property = OptionDocumentation.Property(typeof(T), path);
            // What is computed from other options is written, and not read.
            if (!property.CanWrite || without?.Any(left => path == left || path.StartsWith(left + ".", StringComparison.Ordinal)) == true)
                continue;
            string[] values = Values(Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType);
            var flag = new Option<string>("--" + Name(path)) { Description = $"{OptionDocumentation.Of(property)} [{Text(value)}]".TrimStart(), HelpName = values.Length > 0 ? string.Join('|', values) : "value" };
            flag.CompletionSources.Add(values);
            _flags.Add(flag, path.Split('.'));
        }
    }

    /// <summary>The options to add to a command.</summary>
    public IEnumerable<Option> Options => [_file, .. _flags.Keys];

    /// <summary>The name of the flag of an option, without dashes.</summary>
    /// <param name="path">The option's path in the file.</param>
    public string Name(string path) => path[(_unsaid.FirstOrDefault(section => path.StartsWith(section, StringComparison.Ordinal)) ?? "").Length..];

    /// <summary>What the flag for the file names; null: it is not given.</summary>
    public string? File(ParseResult arguments) => arguments.GetValue(_file);

    /// <summary>The flags that are given, without dashes, and their texts.</summary>
    public IEnumerable<(string Name, string Text)> Given(ParseResult arguments) =>
        _flags.Keys.Where(flag => arguments.GetValue(flag) is not null).Select(flag => (flag.Name[2..], arguments.GetValue(flag)!));

    /// <summary>The record that the file makes, or the defaults.</summary>
    /// <exception cref="InvalidDataException">A value cannot be read; the message names file and line.</exception>
    public T ReadFile(ParseResult arguments) => File(arguments) is { } file ? _load(file) : _defaults;

    /// <summary>The record that file and flags make.</summary>
    /// <exception cref="InvalidDataException">A value cannot be read; the message names file and line, or the flag.</exception>
    public T Read(ParseResult arguments)
    {
        T options = ReadFile(arguments);
        foreach ((Option<string> flag, string[] path) in _flags)
        {
            if (arguments.GetValue(flag) is { } text)
                options = With(options, path, text, flag.Name);
        }

        return options;
    }

    private T With(T options, string[] path, string text, string flag)
    {
        JsonObject tree = Tree(options);
        JsonObject section = path[..^1].Aggregate(tree, (node, key) => node[key]!.AsObject());
        section[path[^1]] = Value(section[path[^1]], text);
        return _parse(tree.ToJsonString(), $"{flag} {text}");
    }

    /// <summary>A flag's text as JSON: a string where the option holds one, else what it reads as.</summary>
    private static JsonNode? Value(JsonNode? present, string text)
    {
        if (present?.GetValueKind() == JsonValueKind.String)
            return text;
        if (present is JsonArray && !text.StartsWith('['))
            return new JsonArray([.. text.Split(',').Select(item => Value(null, item.Trim()))]);
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return text;
        }
    }

    private static string[] Values(Type type) => type.IsEnum ? Enum.GetNames(type) : type == typeof(bool) ? ["true", "false"] : [];

    private static string Text(JsonNode? value) => value switch
    {
        null => "none",
        JsonArray items => items.Count == 0 || items[0] is JsonObject ? value.ToJsonString() : string.Join(",", items.Select(Text)),
        _ => value.ToString(),
    };

    private JsonObject Tree(T options) => JsonNode.Parse(_toJson(options))!.AsObject();

    private static IEnumerable<(string Path, JsonNode? Value)> Leaves(JsonObject node, string prefix) =>
        node.SelectMany(entry => entry.Value is JsonObject section ? Leaves(section, $"{prefix}{entry.Key}.") : [(prefix + entry.Key, entry.Value)]);
}
