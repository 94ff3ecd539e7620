namespace AcademicBert.Files;

/// <summary>Writes folders as a whole or not at all.</summary>
internal static class NewFolder
{
    // What a killed process left under such names is ours.
    private const string Unfinished = ".academicbert.tmp", Replaced = ".academicbert.old.tmp";

    /// <summary>Lets <paramref name="write"/> fill a folder under a temporary name, and renames it when it is complete. A folder of that name is replaced.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="write">Fills the folder it is given.</param>
    /// <param name="mark">A file of every folder that may be replaced; one with other files, or with folders, is refused. Null: any may be.</param>
    /// <exception cref="IOException">It holds what would be lost.</exception>
    public static void Write(string folder, Action<string> write, string? mark = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        if (mark is not null && Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any() && (!File.Exists(Path.Combine(folder, mark)) || Directory.EnumerateDirectories(folder).Any()))
            throw new IOException($"'{folder}' holds other files, which would be lost. Name a new or empty folder, or one with nothing but a model.");
        string temporary = folder + Unfinished, replaced = folder + Replaced;
        Recover(folder);
        if (Directory.Exists(temporary))
            Directory.Delete(temporary, recursive: true);
        Directory.CreateDirectory(temporary);
        try
        {
            write(temporary);
            if (Directory.Exists(folder))
                Directory.Move(folder, replaced);
            Directory.Move(temporary, folder);
            if (Directory.Exists(replaced))
                Directory.Delete(replaced, recursive: true);
        }
        catch
        {
            Recover(folder);
            if (Directory.Exists(temporary))
                Directory.Delete(temporary, recursive: true);
            throw;
        }
    }

    /// <summary>Gives a folder its name again where a process was killed while it replaced it. Only for one that nobody else writes.</summary>
    public static void Recover(string folder)
    {
        string replaced = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)) + Replaced;
        if (!Directory.Exists(replaced))
            return;
        if (Directory.Exists(folder))
            Directory.Delete(replaced, recursive: true);
        else
            Directory.Move(replaced, folder);
    }

    /// <summary>As <see cref="Recover"/>, of each folder in one.</summary>
    public static void RecoverAllIn(string parent)
    {
        if (!Directory.Exists(parent))
            return;
        foreach (string replaced in Directory.GetDirectories(parent, "*" + Replaced))
            Recover(replaced[..^Replaced.Length]);
    }
}
