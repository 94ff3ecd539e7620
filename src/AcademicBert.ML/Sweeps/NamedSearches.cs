using AcademicBert.Training;

namespace AcademicBert.Sweeps;

/// <summary>The searches that come with the library: the files of <c>samples/searches</c>, by their names without extension.</summary>
public static class NamedSearches
{
    private static readonly EmbeddedOptions s_files = new("Searches", "search", "searches", others: ("Recipes", "the recipes of single runs, for pretraining; a search has a space besides"));

    /// <summary>Their names, sorted.</summary>
    public static IReadOnlyList<string> Names { get; } = s_files.Names;

    /// <summary>Reads one of them.</summary>
    /// <exception cref="ArgumentException">There is none of this name; the message lists all.</exception>
    public static SearchOptions Read(string name) => s_files.Read(name, SearchOptions.Parse);

    /// <summary>Reads one of them, or a file.</summary>
    /// <param name="nameOrPath">A name, which goes first, or the path of a search file.</param>
    /// <exception cref="FileNotFoundException">It is neither; the message lists the names.</exception>
    /// <exception cref="InvalidDataException">The file is no search; the message names file, line and key.</exception>
    public static SearchOptions Find(string nameOrPath) => s_files.Find(nameOrPath, SearchOptions.Parse);
}
