namespace AcademicBert.Cli.Commands;

/// <summary>Whether results can be written where they are to go, found out before the work. Leaves nothing behind.</summary>
internal static class OutputPlace
{
    /// <summary>Requires that a run folder is there or can be made, and takes files.</summary>
    /// <exception cref="IOException">It cannot be; the message says why.</exception>
    public static void RequireRunFolder(string folder) => Require(folder, $"Cannot create the run folder '{folder}'");

    /// <summary>Requires that a folder that is written beside its place and renamed when complete, such as that of a model, can be made or replaced.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="kind">What it is called in messages, such as <c>corpus folder</c>.</param>
    /// <param name="mark">A file that a folder holds which may be replaced; one with other files is refused.</param>
    /// <exception cref="IOException">It cannot be; the message says why.</exception>
    public static void RequireNewFolder(string folder, string kind, string mark)
    {
        string failure = $"Cannot create the {kind} '{folder}'";
        if (File.Exists(folder))
            throw new IOException($"{failure}: '{folder}' is a file.");
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any() && !File.Exists(Path.Combine(folder, mark)))
            throw new IOException($"{failure}: it holds other files. Name a new or empty folder.");
        Require(Path.GetDirectoryName(folder) ?? throw new IOException($"{failure}: it is the root of a file system."), failure);
    }

    /// <summary>Requires that the folder of a file is there or can be made, and takes files.</summary>
    /// <exception cref="IOException">It cannot be; the message says why.</exception>
    public static void RequireFile(string file)
    {
        string failure = $"Cannot write the file '{file}'";
        if (Directory.Exists(file))
            throw new IOException($"{failure}: there is a folder of that name.");
        Require(Path.GetDirectoryName(file)!, failure);
    }

    private static void Require(string folder, string failure)
    {
        var made = new List<string>();
        for (string? missing = folder; missing is not null && !Directory.Exists(missing); missing = Path.GetDirectoryName(missing))
        {
            if (File.Exists(missing))
                throw new IOException($"{failure}: '{missing}' is a file.");
            made.Add(missing);
        }

        string parent = made.Count > 0 ? Path.GetDirectoryName(made[^1])! : folder;
        try
        {
            Directory.CreateDirectory(folder);
            using (new FileStream(Path.Combine(folder, Path.GetRandomFileName()), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose))
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
            throw new IOException($"{failure}: {error.Message}", error);
        }
        finally
        {
            foreach (string empty in made.Where(made => Directory.Exists(made) && !Directory.EnumerateFileSystemEntries(made).Any()))
                Directory.Delete(empty);
        }
    }
}
