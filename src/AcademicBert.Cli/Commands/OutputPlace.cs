using System.CommandLine;
using AcademicBert.Files;
using AcademicBert.Pretraining;
using AcademicBert.Sweeps;
using AcademicBert.Tables;

namespace AcademicBert.Cli.Commands;

/// <summary>
/// Whether results can be written where they are to go, found out before the work. Leaves nothing behind. What was there before is taken only where it was made by
/// the same work, which then goes on, or where <c>--overwrite</c> says so; and no folder is replaced that holds more than a model or a corpus.
/// </summary>
internal static class OutputPlace
{
    private const string Flag = "--overwrite", OptionsFile = "options.json";

    /// <summary>The option of commands that write a file or a model folder.</summary>
    public static Option<bool> Overwrite() => new(Flag) { Description = "Replace what is there already." };

    /// <summary>The option of commands that write a run folder.</summary>
    public static Option<bool> OverwriteRun() => new(Flag) { Description = "Use a run folder that holds other files too: those that the run does not write stay." };

    /// <summary>Requires that a run folder is there or can be made, and takes files.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="isOwn">Whether a folder that is not empty holds such a run, which goes on.</param>
    /// <param name="overwrite">Whether it may hold anything else.</param>
    /// <param name="isBegun">Whether one that holds no run holds what such a run begins with; null: nothing is such.</param>
    /// <exception cref="IOException">It cannot be; the message says why.</exception>
    public static void RequireRunFolder(string folder, Func<string, bool> isOwn, bool overwrite, Func<string, bool>? isBegun = null)
    {
        string failure = $"Cannot create the run folder '{folder}'";
        if (Directory.Exists(folder) && HoldsMore(folder) && !isOwn(folder))
        {
            if (RunIn(folder) is { } run)
                throw new IOException($"{failure}: it holds {run}. Name another folder.");
            if (!overwrite && isBegun?.Invoke(folder) != true)
                throw new IOException($"{failure}: it holds other files. Name a new or empty folder, or give {Flag} to use this one.");
        }

        Require(folder, failure);
    }

    /// <summary>Requires that a folder is there or can be made, and takes files, whatever it holds.</summary>
    /// <exception cref="IOException">It cannot be; the message says why.</exception>
    public static void RequireFolder(string folder) => Require(folder, $"Cannot write to the folder '{folder}'");

    /// <summary>Requires that a folder that is written beside its place and renamed when complete, such as that of a model, can be made or replaced.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="kind">What it is called in messages, such as <c>corpus folder</c>.</param>
    /// <param name="mark">A file that a folder holds which may be replaced; one with other files, or with folders, is refused.</param>
    /// <param name="overwrite">Whether one that may be is.</param>
    /// <exception cref="IOException">It cannot be; the message says why.</exception>
    public static void RequireNewFolder(string folder, string kind, string mark, bool overwrite)
    {
        string failure = $"Cannot create the {kind} '{folder}'";
        if (File.Exists(folder))
            throw new IOException($"{failure}: '{folder}' is a file.");
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
        {
            if (!File.Exists(Path.Combine(folder, mark)) || Directory.EnumerateDirectories(folder).Any())
                throw new IOException($"{failure}: it holds other files. Name a new or empty folder.");
            if (!overwrite)
                throw new IOException($"{failure}: it is there already. Name another, or give {Flag} to replace it.");
        }

        Require(Path.GetDirectoryName(folder) ?? throw new IOException($"{failure}: it is the root of a file system."), failure);
    }

    /// <summary>Requires that the folder of a file is there or can be made, and takes files.</summary>
    /// <param name="file">The file.</param>
    /// <param name="overwrite">Whether one of that name may be replaced; an empty one always is.</param>
    /// <exception cref="IOException">It cannot be; the message says why.</exception>
    public static void RequireFile(string file, bool overwrite)
    {
        string failure = $"Cannot write the file '{file}'";
        if (Directory.Exists(file))
            throw new IOException($"{failure}: there is a folder of that name.");
        NewFile.RequirePlace(file);
        if (!overwrite && new FileInfo(file) is { Exists: true, Length: > 0 })
            throw new IOException($"{failure}: it is there already. Name another, or give {Flag} to replace it.");
        Require(Path.GetDirectoryName(file)!, failure);
    }

    /// <summary>Removes a folder that was made for what then came to nothing.</summary>
    public static void RemoveEmpty(string folder)
    {
        if (Directory.Exists(folder) && !Directory.EnumerateFileSystemEntries(folder).Any())
            Directory.Delete(folder);
    }

    /// <summary>Whether two paths are of the same file or folder.</summary>
    public static bool IsSame(string one, string other) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(one)) == Path.TrimEndingDirectorySeparator(Path.GetFullPath(other));

    // What would be lost.
    private static string? RunIn(string folder) =>
        File.Exists(Path.Combine(folder, SearchJournal.FileName)) ? "a search"
        : RecordedRun.IsIn(folder) ? "a run of pretraining"
        : RecordedFinetuning.IsIn(folder) ? "a run of fine-tuning"
        : null;

    // Options and recipe alone are those of a run that was killed before it wrote more; hidden files are the system's.
    private static bool HoldsMore(string folder) =>
        Directory.EnumerateFileSystemEntries(folder).Select(Path.GetFileName).Any(name => !name!.StartsWith('.') && !name.StartsWith(OptionsFile, StringComparison.Ordinal) && !name.StartsWith(RunRecipe.FileName, StringComparison.Ordinal));

    private static void Require(string folder, string failure)
    {
        var made = new List<string>();
        for (string? missing = folder; missing is not null && !Directory.Exists(missing); missing = Path.GetDirectoryName(missing))
        {
            if (File.Exists(missing))
                throw new IOException($"{failure}: '{missing}' is a file.");
            made.Add(missing);
        }

        // Hidden, so that one that a kill left behind is not in the way of the next start.
        string parent = made.Count > 0 ? Path.GetDirectoryName(made[^1])! : folder, probe = Path.Combine(folder, $".{Path.GetRandomFileName()}");
        try
        {
            Directory.CreateDirectory(folder);
            using (new FileStream(probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose))
            {
            }
        }
        // Of a file system that takes no folders, such as /proc, the system says that they are not there.
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new IOException($"{failure}: nothing can be made in '{parent}'.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{failure}: {error.Message.Replace(probe, folder, StringComparison.Ordinal)}", error);
        }
        finally
        {
            made.ForEach(RemoveEmpty);
        }
    }
}
