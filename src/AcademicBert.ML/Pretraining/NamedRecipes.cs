using AcademicBert.Training;

namespace AcademicBert.Pretraining;

/// <summary>The recipes that come with the library: the files of <c>samples/recipes</c>, by their names without extension.</summary>
public static class NamedRecipes
{
    /// <summary>The one for little text and a CPU, which messages advise.</summary>
    internal const string ForACpu = "nano-quickstart";

    /// <summary>For messages of what takes too long.</summary>
    internal const string Advice = $"the defaults are the paper's, for GPUs; the recipe {ForACpu} is for a CPU.";

    private static readonly EmbeddedOptions s_files = new("Recipes", "recipe", "recipes", others: ("Searches", "the searches, for the command search and SearchRunner"));

    /// <summary>Their names, sorted.</summary>
    public static IReadOnlyList<string> Names { get; } = s_files.Names;

    /// <summary>Reads one of them.</summary>
    /// <exception cref="ArgumentException">There is none of this name; the message lists all.</exception>
    public static PretrainingRecipe Read(string name) => s_files.Read(name, PretrainingRecipe.Parse);

    /// <summary>Reads one of them, or a file.</summary>
    /// <param name="nameOrPath">A name, which goes first, or the path of a recipe file.</param>
    /// <exception cref="FileNotFoundException">It is neither; the message lists the names.</exception>
    /// <exception cref="InvalidDataException">The file is no recipe; the message names file, line and key.</exception>
    public static PretrainingRecipe Find(string nameOrPath) => s_files.Find(nameOrPath, PretrainingRecipe.Parse);
}
