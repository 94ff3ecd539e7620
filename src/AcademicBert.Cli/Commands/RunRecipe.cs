using AcademicBert.Files;
using AcademicBert.Tables;

namespace AcademicBert.Cli.Commands;

/// <summary>What file and flags came to, in the folder of a run, so that another can be started with the same.</summary>
internal static class RunRecipe
{
    /// <summary>Name of the file, as of those that the library writes.</summary>
    public const string FileName = TableFinetuner.RecipeFile;

    /// <summary>Writes it; the folder is made if it is not there.</summary>
    /// <param name="folder">The folder of the run.</param>
    /// <param name="json">The recipe.</param>
    public static void Write(string folder, string json)
    {
        Directory.CreateDirectory(folder);
        NewFile.WriteText(Path.Combine(folder, FileName), json);
    }

    /// <summary>Takes it back from a run that has not begun.</summary>
    public static void Withdraw(string folder)
    {
        File.Delete(Path.Combine(folder, FileName));
        if (Directory.Exists(folder) && !Directory.EnumerateFileSystemEntries(folder).Any())
            Directory.Delete(folder);
    }
}
