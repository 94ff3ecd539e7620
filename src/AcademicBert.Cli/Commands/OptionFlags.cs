using System.CommandLine;
using System.Globalization;
using System.Numerics;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using AcademicBert.Files;

namespace AcademicBert.Cli.Commands;

/// <summary>
/// A flag for every option of a record, by the name it has in the record's file: <c>--corpus.sequenceLength</c> for one in a section,
/// <c>--budget</c> for one of the main section, without the name of the section that holds both. Lists are given with commas; a Boolean flag alone
/// means true.
/// </summary>
/// <typeparam name="T">The record.</typeparam>
internal sealed class OptionFlags<T>
    where T : class
{
    // As shells pass it on.
    private const string Tab = @"\t";

    private readonly Option<string?> _file;
    private readonly Dictionary<Option, string[]> _flags = [];
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
        _file = new Option<string?>(file) { Description = $"A file (JSON) with any of the options below{names}; flags win over it, and a flag whose values are true and false means true where it stands alone.", HelpName = "file" };
        foreach ((string path, JsonNode? value) in Leaves(Tree(defaults), ""))
        {
            PropertyInfo property = OptionDocumentation.Property(typeof(T), path);
            // What is computed from other options is written, and not read.
            if (!property.CanWrite || without?.Any(left => path == left || path.StartsWith(left + ".", StringComparison.Ordinal)) == true)
                continue;
            Type type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            string[] values = Values(type), properties = Properties(path, property);
            string group = OptionGroups.Of(typeof(T), path, Name(path));
            // An option of Booleans takes what follows only where that is one.
            Option flag = type == typeof(bool) ? new PropertyOption<bool>("--" + Name(path), properties, group)
                : value is JsonArray ? new PropertyOption<string[]>("--" + Name(path), properties, group)
                : new PropertyOption<string>("--" + Name(path), properties, group);
            string form = OptionForm.Of(type) is { } json ? $" As JSON: {json}." : "";
            flag.Description = $"{OptionDocumentation.Of(property)}{form} [{Text(value)}]".TrimStart();
            flag.HelpName = values.Length > 0 ? string.Join('|', values) : "value";
            flag.CompletionSources.Clear();
            flag.CompletionSources.Add(_ => values.Select(text => new System.CommandLine.Completions.CompletionItem(text)));
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
        _flags.Keys.Select(flag => (flag.Name[2..], TextOf(arguments, flag)!)).Where(flag => flag.Item2 is not null);

    /// <summary>Whether a flag or the file says what an option is, rather than its default.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="path">The option's path in the file.</param>
    public bool Says(ParseResult arguments, string path)
    {
        if (Given(arguments).Any(flag => flag.Name == Name(path)))
            return true;
        if (File(arguments) is not { } file || !System.IO.File.Exists(file))
            return false;
        JsonNode? node = JsonNode.Parse(System.IO.File.ReadAllText(file), new JsonNodeOptions { PropertyNameCaseInsensitive = true }, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        string[] names = path.Split('.');
        foreach (string section in names[..^1])
            node = (node as JsonObject)?[section];
        return node is JsonObject options && options.ContainsKey(names[^1]);
    }

    /// <summary>The record that the file makes, or the defaults.</summary>
    /// <exception cref="UsageException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">A value cannot be read; the message names file and line.</exception>
    public T ReadFile(ParseResult arguments)
    {
        try
        {
            return File(arguments) is { } file ? _load(file) : _defaults;
        }
        catch (FileNotFoundException error)
        {
            throw new UsageException(error);
        }
    }

    /// <summary>The record that file and flags make.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="validate">Checks the record, or what the command uses of it.</param>
    /// <exception cref="UsageException">A flag's value cannot be read, or an option is out of its range; the message names the flag.</exception>
    /// <exception cref="InvalidDataException">A value in the file cannot be read; the message names file and line.</exception>
    public T Read(ParseResult arguments, Action<T> validate)
    {
        T options = ReadFile(arguments);
        foreach ((Option flag, string[] path) in _flags)
        {
            if (TextOf(arguments, flag) is { } text)
                options = With(options, path, text, flag.Name);
        }

        try
        {
            validate(options);
        }
        catch (ArgumentException error)
        {
            throw new UsageException(error);
        }

        return options;
    }

    private T With(T options, string[] path, string text, string flag)
    {
        JsonObject tree = Tree(options);
        JsonObject section = path[..^1].Aggregate(tree, (node, key) => node[key]!.AsObject());
        Type type = OptionDocumentation.Property(typeof(T), string.Join('.', path)).PropertyType;
        section[path[^1]] = text == Tab && Nullable.GetUnderlyingType(type) == typeof(char) ? "\t" : Value(section[path[^1]], text);
        try
        {
            return _parse(tree.ToJsonString(), $"{flag} {text}");
        }
        catch (InvalidDataException error)
        {
            // A flag has no lines; .NET adds where the error is.
            string problem = Expected(type, text) is { } expected ? $"it must be {expected}{(expected.EndsWith('?') ? "" : ".")}"
                : (error.InnerException ?? error).Message.Split(" Path: ")[0] is var message && message.StartsWith("The JSON value", StringComparison.Ordinal) ? "this cannot be read."
                : message;
            throw new UsageException($"{flag} {text}: {problem}");
        }
    }

    /// <summary>What a flag's text should be; null: the reader of its type says it better.</summary>
    private static string? Expected(Type type, string text)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (Values(type) is { Length: > 0 } values)
            return $"one of {string.Join(", ", values)}{(NearName.Of(text, values) is { } near ? $"; did you mean {near}?" : "")}";
        if (OptionForm.Of(type) is { } form)
            return $"JSON of the form '{form}'";
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) && Expected(type.GetGenericArguments()[0], text) is { } each)
            return $"{each} each, with commas between";
        string? kind = Type.GetTypeCode(type) switch
        {
            TypeCode.Double or TypeCode.Single or TypeCode.Decimal => "a number",
            >= TypeCode.SByte and <= TypeCode.UInt64 => "a whole number",
            TypeCode.Char => $"one character, or {Tab} for a tab",
            _ => null,
        };
        if (kind is null || type == typeof(char))
            return kind;
        if (BigInteger.TryParse(text, CultureInfo.InvariantCulture, out _))
            return string.Create(CultureInfo.InvariantCulture, $"{kind} from {type.GetField("MinValue")!.GetValue(null)} to {type.GetField("MaxValue")!.GetValue(null)}");
        string point = text.Replace(',', '.');
        return type == typeof(double) && point != text && double.TryParse(point, CultureInfo.InvariantCulture, out _) ? $"{kind}; write {point}" : kind;
    }

    // A list may be given by one flag with commas, or by several.
    private static string? TextOf(ParseResult arguments, Option flag) => arguments.GetResult(flag) is not { Implicit: false } given ? null
        : given.Tokens is [] ? "true"
        : string.Join(',', given.Tokens.Select(token => token.Value));

    // Messages name the record and the property, of which the record may have a base, or the path of one in a section.
    private static string[] Properties(string path, PropertyInfo property)
    {
        string[] names = path.Split('.');
        Type record = names.Length == 1 ? typeof(T) : OptionDocumentation.Property(typeof(T), string.Join('.', names[..^1])).PropertyType;
        record = Nullable.GetUnderlyingType(record) ?? record;
        return [$"{record.Name}.{property.Name}", $"{property.DeclaringType!.Name}.{property.Name}", .. names.Length > 1 ? [$"{Pascal(names[^2])}.{property.Name}"] : Array.Empty<string>()];
    }

    private static string Pascal(string name) => char.ToUpperInvariant(name[0]) + name[1..];

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
