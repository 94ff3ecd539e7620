namespace AcademicBert.Files;

/// <summary>Writes folders as a whole or not at all.</summary>
internal static class NewFolder
{
    /// <summary>Lets <paramref name="write"/> fill a folder under a temporary name, and renames it when it is complete. A folder of that name is replaced.</summary>
    public static void Write(string folder, Action<string> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        string temporary = folder + ".tmp";
        if (Directory.Exists(temporary))
            Directory.Delete(temporary, recursive: true);
        Directory.CreateDirectory(temporary);
        try
        {
            write(temporary);
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
            Directory.Move(temporary, folder);
        }
        catch
        {
            Directory.Delete(temporary, recursive: true);
            throw;
        }
    }
}
