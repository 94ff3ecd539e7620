using System.Text.Json.Nodes;
using AcademicBert.Files;

namespace AcademicBert.Training;

/// <summary>The options file of a run folder: written by the first start, compared by every later one.</summary>
internal static class OptionsFile
{
    public const string Name = "options.json";

    /// <summary>The options a run folder was started with, and the fingerprint of what it is trained on.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="input">What is trained on, as a word.</param>
    /// <exception cref="InvalidDataException">They cannot be read; the message names file and option.</exception>
    public static (T Options, string? Fingerprint) Read<T>(string folder, string input)
    {
        string path = Path.Combine(folder, Name);
        JsonObject file = Load(path);
        JsonNode options = file["options"] ?? throw new InvalidDataException($"'{path}' holds no options.");
        return (OptionsJson.Parse<T>(options.ToJsonString(), $"'{path}'"), file[input] is JsonValue value && value.TryGetValue(out string? fingerprint) ? fingerprint : null);
    }

    /// <summary>Prepares a run folder, new or to be resumed.</summary>
    /// <param name="folder">The folder; made if it is not there.</param>
    /// <param name="begun">Whether there is something to resume; before, a run may be started anew with other options.</param>
    /// <param name="inputs">What is trained, and on what: each as a word for the message, and its fingerprint.</param>
    /// <param name="options">The options record.</param>
    /// <param name="free">Options that may differ between starts, sections separated by dots.</param>
    /// <exception cref="ArgumentException">The folder holds a run of other options or of other inputs; the message names what differs.</exception>
    /// <exception cref="InvalidDataException">The file of the run is damaged; the message names it.</exception>
    public static void Prepare<T>(string folder, bool begun, (string Word, string Fingerprint)[] inputs, T options, params string[] free)
    {
        Directory.CreateDirectory(folder);
        Require(folder, begun, inputs, options, free);
        NewFile.WriteText(Path.Combine(folder, Name), Content(inputs, options).ToJsonString(new() { WriteIndented = true }) + "\n");
    }

    /// <summary>Throws what <see cref="Prepare"/> does, and writes nothing.</summary>
    /// <inheritdoc cref="Prepare"/>
    public static void Require<T>(string folder, bool begun, (string Word, string Fingerprint)[] inputs, T options, params string[] free)
    {
        string path = Path.Combine(folder, Name);
        if (!begun || !File.Exists(path))
            return;
        JsonObject before = Load(path), now = Content(inputs, options);
        // First, since inputs may differ for that reason.
        string[] changed = Differences<T>(before["options"], now["options"], free);
        if (changed.Length > 0)
            throw new ArgumentException($"'{folder}' holds a run with other options, so it cannot be resumed: {string.Join(", ", changed)}. Give the options of its {Name} to resume it, or choose another run folder, which may start from its model.");
        if (inputs.Select(input => input.Word).FirstOrDefault(word => !JsonEquality.Same(before[word], now[word])) is { } other)
            throw new ArgumentException($"'{folder}' holds a run with another {other}. Choose another run folder, or delete this one to start anew.");
    }

    /// <summary>The options in which two records differ, each with both values.</summary>
    /// <param name="before">One.</param>
    /// <param name="now">The other.</param>
    /// <param name="free">Options that may differ, sections separated by dots.</param>
    public static string[] Differences<T>(T before, T now, params string[] free) => Differences<T>(JsonNode.Parse(OptionsJson.Write(before)), JsonNode.Parse(OptionsJson.Write(now)), free);

    /// <summary>The same of records in JSON.</summary>
    public static string[] Differences<T>(JsonNode? before, JsonNode? now, params string[] free) =>
        [.. Changed(before, now, [], free).Select(change => $"{Named<T>(change.Path)} {Text(change.Before)} -> {Text(change.Now)}")];

    private static JsonObject Content<T>((string Word, string Fingerprint)[] inputs, T options) =>
        new([.. inputs.Select(input => KeyValuePair.Create<string, JsonNode?>(input.Word, input.Fingerprint)), new("options", JsonNode.Parse(OptionsJson.Write(options)))]);

    private static IEnumerable<(string[] Path, JsonNode? Before, JsonNode? Now)> Changed(JsonNode? before, JsonNode? now, string[] path, string[] free)
    {
        if (free.Contains(string.Join('.', path)) || JsonEquality.Same(before, now))
            return [];
        return before is JsonObject section && now is JsonObject options
            ? options.SelectMany(option => Changed(section[option.Key], option.Value, [.. path, option.Key], free))
            : [(path, before, now)];
    }

    // As messages name options: a property with its record, or with the section it is in.
    private static string Named<T>(string[] path) => string.Join('.', path.Select(name => char.ToUpperInvariant(name[0]) + name[1..]).Prepend(typeof(T).Name).TakeLast(2));

    private static string Text(JsonNode? value) => value is JsonValue text && text.TryGetValue(out string? unquoted) ? unquoted : value?.ToJsonString() ?? "none";

    private static JsonObject Load(string path) => OptionsJson.Parse<JsonObject>(OptionsJson.ReadText(path), $"'{path}'");
}
