using System.Reflection;

namespace AcademicBert.Pretraining;

/// <summary>The recipes that come with the library: the files of <c>samples/recipes</c>, by their names without extension.</summary>
public static class NamedRecipes
{
    private const string Prefix = "AcademicBert.Recipes.", Extension = ".json";

    private static readonly Assembly s_assembly = typeof(NamedRecipes).Assembly;

    /// <summary>Their names, sorted.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        .. s_assembly.GetManifestResourceNames()
            .Where(resource => resource.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(resource => resource[Prefix.Length..^Extension.Length])
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Reads one of them.</summary>
    /// <exception cref="ArgumentException">There is none of this name; the message lists all.</exception>
    public static PretrainingRecipe Read(string name) =>
        Names.Contains(name) ? PretrainingRecipe.Parse(Text(name), $"Recipe '{name}'") : throw new ArgumentException($"There is no recipe '{name}'; there are {List}.", nameof(name));

    /// <summary>Reads one of them, or a file.</summary>
    /// <param name="nameOrPath">A name, which goes first, or the path of a recipe file.</param>
    /// <exception cref="FileNotFoundException">It is neither; the message lists the names.</exception>
    /// <exception cref="InvalidDataException">The file is no recipe; the message names file, line and key.</exception>
    public static PretrainingRecipe Find(string nameOrPath)
    {
        if (Names.Contains(nameOrPath))
            return Read(nameOrPath);
        return File.Exists(nameOrPath)
            ? PretrainingRecipe.Load(nameOrPath)
            : throw new FileNotFoundException($"'{nameOrPath}' is neither a recipe file nor one of the recipes {List}.", nameOrPath);
    }

    private static string List => string.Join(", ", Names);

    private static string Text(string name)
    {
        using var reader = new StreamReader(s_assembly.GetManifestResourceStream(Prefix + name + Extension)!);
        return reader.ReadToEnd();
    }
}
