using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace AcademicBert.Training;

/// <summary>Options records in JSON: camelCase, enums by name, comments allowed, and no key that is not an option.</summary>
internal static partial class OptionsJson
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        AllowDuplicateProperties = false,
        Converters = { new JsonStringEnumConverter(), new FiniteNumberConverter<double>(), new FiniteNumberConverter<float>() },
    };

    /// <summary>An options record as JSON text.</summary>
    public static string Write<T>(T options) => JsonSerializer.Serialize(options, s_json) + "\n";

    /// <summary>Reads an options record.</summary>
    /// <exception cref="InvalidDataException">The file is not such a record; the message names file, line and key.</exception>
    public static T Read<T>(string path) => Parse<T>(ReadText(path), $"'{path}'");

    /// <summary>The text of an options file.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static string ReadText(string path) =>
        File.Exists(path) ? File.ReadAllText(path) : throw new FileNotFoundException($"There is no options file '{path}'.", path);

    /// <summary>Reads an options record from text.</summary>
    /// <param name="json">The text.</param>
    /// <param name="source">Where it comes from, for messages.</param>
    /// <param name="hasLines">Whether the lines of the text are those of the source, and named.</param>
    /// <exception cref="InvalidDataException">The text is not such a record; the message names source, line and key.</exception>
    public static T Parse<T>(string json, string source, bool hasLines = true)
    {
        try
        {
            RequireText(json);
            return JsonSerializer.Deserialize<T>(json, s_json) ?? throw new InvalidDataException($"{source} holds no options.");
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"{source}{(hasLines ? $", line {exception.LineNumber + 1}" : "")}: {Problem(exception.Message)}", exception);
        }
        catch (ArgumentException exception)
        {
            // A key that comes twice in what is read as a JsonObject.
            throw new InvalidDataException($"{source}: {exception.Message}", exception);
        }
    }

    /// <summary>What .NET says of an error, without its own types and where it stands in the line.</summary>
    private static string Problem(string message)
    {
        string problem = message.Split(" Path: ")[0], path = OptionPath().Match(message).Groups[1].Value;
        string option = path.Length > 0 ? $"'{path}'" : "the whole";
        return UnknownKey().Match(problem) is { Success: true } unknown ? $"there is no option '{unknown.Groups[1].Value}'."
            : WrongType().IsMatch(problem) ? $"the value of {option} is none that it can have."
            : path.Length > 0 ? $"{problem} ({option})" : problem;
    }

    [GeneratedRegex(@"^The JSON property '(.*?)' could not be mapped to any \.NET member")]
    private static partial Regex UnknownKey();

    [GeneratedRegex(@"^The JSON value could not be converted to ")]
    private static partial Regex WrongType();

    [GeneratedRegex(@" Path: \$\.?(\S*) \|")]
    private static partial Regex OptionPath();

    // Half a surrogate pair can be written as an escape, and breaks whatever reads it later.
    private static void RequireText(string json)
    {
        if (!json.Contains("\\u", StringComparison.Ordinal))
            return;
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(json), new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        while (reader.Read())
        {
            try
            {
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName)
                    reader.GetString();
            }
            catch (InvalidOperationException exception)
            {
                throw new JsonException(exception.Message, exception);
            }
        }
    }
}
