using System.Reflection;
using AcademicBert.Files;

namespace AcademicBert.Training;

/// <summary>Options files that come with the library, found by their names without extension.</summary>
/// <param name="folder">Their folder among the resources.</param>
/// <param name="word">What one is, for messages.</param>
/// <param name="words">The plural.</param>
/// <param name="others">The folder of options of another kind, and what tells who asks for one of those where they are.</param>
internal sealed class EmbeddedOptions(string folder, string word, string words, (string Folder, string Are) others)
{
    private const string Extension = ".json";

    private static readonly Assembly s_assembly = typeof(EmbeddedOptions).Assembly;

    /// <summary>Their names, sorted.</summary>
    public IReadOnlyList<string> Names => NamesIn(folder);

    private string List => string.Join(", ", Names);

    /// <summary>Reads one of them.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="parse">Makes a record of its text; the second argument says where it comes from.</param>
    /// <exception cref="ArgumentException">There is none of this name; the message lists all.</exception>
    public T Read<T>(string name, Func<string, string, T> parse)
    {
        if (!Names.Contains(name))
            throw new ArgumentException($"There is no {word} '{name}'; there are {List}.{Meant(name)}", nameof(name));
        using var reader = new StreamReader(s_assembly.GetManifestResourceStream(Prefix(folder) + name + Extension)!);
        return parse(reader.ReadToEnd(), $"{char.ToUpperInvariant(word[0])}{word[1..]} '{name}'");
    }

    /// <summary>Reads one of them, or a file.</summary>
    /// <param name="nameOrPath">A name, which goes first, or the path of a file.</param>
    /// <param name="parse">Makes a record of its text; the second argument says where it comes from.</param>
    /// <exception cref="FileNotFoundException">It is neither; the message lists the names.</exception>
    public T Find<T>(string nameOrPath, Func<string, string, T> parse)
    {
        if (Names.Contains(nameOrPath))
            return Read(nameOrPath, parse);
        return File.Exists(nameOrPath)
            ? parse(OptionsJson.ReadText(nameOrPath), $"'{nameOrPath}'")
            : throw new FileNotFoundException($"'{nameOrPath}' is neither a {word} file nor one of the {words} {List}.{Meant(nameOrPath)}", nameOrPath);
    }

    private string Meant(string name) =>
        NamesIn(others.Folder).Contains(name) ? $" '{name}' is one of {others.Are}."
        : NearName.Of(name, Names) is { } near ? $" Did you mean {near}?"
        : "";

    private static string[] NamesIn(string folder) =>
    [
        .. s_assembly.GetManifestResourceNames()
            .Where(resource => resource.StartsWith(Prefix(folder), StringComparison.Ordinal))
            .Select(resource => resource[Prefix(folder).Length..^Extension.Length])
            .Order(StringComparer.Ordinal),
    ];

    private static string Prefix(string folder) => $"AcademicBert.{folder}.";
}
