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
        FileStream file = File.Create(temporary);
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

    /// <summary>Writes a text as UTF-8 without a byte order mark.</summary>
    /// <param name="path">The file, in a folder that exists.</param>
    /// <param name="text">The text.</param>
    /// <exception cref="IOException">The folder cannot be written, or the disk is full; nothing is left.</exception>
    public static void WriteText(string path, string text) => Write(path, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(text)));
}
