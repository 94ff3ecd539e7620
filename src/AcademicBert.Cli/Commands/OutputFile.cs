namespace AcademicBert.Cli.Commands;

/// <summary>Writes files as a whole or not at all.</summary>
internal static class OutputFile
{
    /// <summary>Lets <paramref name="write"/> make a file under a temporary name, and renames it when it is complete. A file of that name is replaced.</summary>
    public static void Write(string path, Action<string> write)
    {
        string temporary = path + ".tmp";
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        try
        {
            File.Create(temporary).Dispose();
            write(temporary);
            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }
}
