namespace AcademicBert.Files;

/// <summary>A file that one process holds while it writes to a folder; the system lets it go when the process ends, however it ends.</summary>
internal sealed class FolderLock : IDisposable
{
    private const string OfRuns = ".lock";

    private readonly FileStream _file;

    /// <param name="path">The lock file.</param>
    /// <param name="taken">What to say when another process holds it.</param>
    /// <exception cref="IOException">Another process holds it.</exception>
    public FolderLock(string path, string taken)
    {
        try
        {
            _file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose);
        }
        catch (IOException exception) when (File.Exists(path))
        {
            throw new IOException(taken, exception);
        }
    }

    /// <summary>Keeps other processes out of a run folder, which is made if it is not there.</summary>
    /// <exception cref="IOException">Another process trains in it.</exception>
    public static FolderLock OfRun(string folder)
    {
        Directory.CreateDirectory(folder);
        return new FolderLock(Path.Combine(folder, OfRuns), $"'{folder}': another process is training in this run folder. Wait for its end, or name another folder.");
    }

    public void Dispose() => _file.Dispose();
}
