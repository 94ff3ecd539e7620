namespace AcademicBert.Files;

/// <summary>Writes files as a whole or not at all.</summary>
public static class NewFile
{
    /// <summary>Lets <paramref name="write"/> fill a file under a temporary name, and renames it when the disk has everything. A file of that name is replaced.</summary>
    /// <param name="path">The file, in a folder that exists.</param>
    /// <param name="write">Writes its content.</param>
    /// <exception cref="IOException">The folder cannot be written, the disk is full, or there is a device or a pipe of that name; nothing is left.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        RequirePlace(path);
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
        catch (Exception error) when (error is IOException or UnauthorizedAccessException && error.Message.Contains(temporary, StringComparison.Ordinal))
        {
            throw new IOException(error.Message.Replace(temporary, path, StringComparison.Ordinal), error);
        }
    }

    /// <summary>Refuses the place of a device or a pipe, which a file that is renamed would replace.</summary>
    /// <param name="path">Where a file is to be written.</param>
    /// <exception cref="IOException">There is one.</exception>
    public static void RequirePlace(string path)
    {
        string whole = Path.GetFullPath(path);
        if (IsDevice(whole) || IsPipe(whole))
            throw new IOException($"'{path}' is a device or a pipe, and would be replaced by a file. Name a file.");
    }

    // Files of /dev/shm are files in memory.
    private static bool IsDevice(string path) =>
        !OperatingSystem.IsWindows() && path.StartsWith("/dev/", StringComparison.Ordinal) && !path.StartsWith("/dev/shm/", StringComparison.Ordinal) && File.Exists(path);

    private static bool IsPipe(string path)
    {
        if (OperatingSystem.IsWindows() || new FileInfo(path) is not { Exists: true, Length: 0 })
            return false;
        try
        {
            // Opened for one direction only, a pipe waits for the other end.
            using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
            return !file.CanSeek;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false; // writing tells why
        }
    }

    /// <summary>Writes a text as UTF-8 without a byte order mark.</summary>
    /// <param name="path">The file, in a folder that exists.</param>
    /// <param name="text">The text.</param>
    /// <exception cref="IOException">The folder cannot be written, or the disk is full; nothing is left.</exception>
    public static void WriteText(string path, string text) => Write(path, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(text)));
}
