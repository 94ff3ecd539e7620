namespace AcademicBert.Files;

/// <summary>Writes files as a whole or not at all.</summary>
public static class NewFile
{
    /// <summary>Lets <paramref name="write"/> fill a file under a temporary name, and renames it when the disk has everything. A file of that name is replaced.</summary>
    /// <param name="path">The file, in a folder that exists.</param>
    /// <param name="write">Writes its content.</param>
    /// <exception cref="IOException">The folder cannot be written, or the disk is full; nothing is left.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        string temporary = path + ".tmp";
        FileStream file = Create(temporary, path);
        try
        {
            using (FileStream stream = file)
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    // Nobody knows the temporary name.
    private static FileStream Create(string temporary, string path)
    {
        try
        {
            return File.Create(temporary);
        }
        catch (UnauthorizedAccessException error)
        {
            throw new IOException(error.Message.Replace(temporary, path, StringComparison.Ordinal), error);
        }
        catch (IOException error) when (error.Message.Contains(temporary, StringComparison.Ordinal))
        {
            throw new IOException(error.Message.Replace(temporary, path, StringComparison.Ordinal), error);
        }
    }

    /// <summary>Writes a text as UTF-8 without a byte order mark.</summary>
    /// <param name="path">The file, in a folder that exists.</param>
    /// <param name="text">The text.</param>
    /// <exception cref="IOException">The folder cannot be written, or the disk is full; nothing is left.</exception>
    public static void WriteText(string path, string text) => Write(path, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(text)));
}
