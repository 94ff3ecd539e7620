namespace AcademicBert.Corpus;

/// <summary>A file that one process holds while it writes to a folder; the system lets it go when the process ends, however it ends.</summary>
internal sealed class FolderLock : IDisposable
{
    private readonly FileStream _file;

    /// <param name="path">The lock file.</param>
    /// <param name="taken">What to say when another process holds it.</param>
    /// <exception cref="IOException">Another process holds it.</exception>
    public FolderLock(string path, string taken)
    {
        try
        {
            _file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception) when (File.Exists(path))
        {
            throw new IOException(taken, exception);
        }
    }

    public void Dispose()
    {
        File.Delete(_file.Name);
        _file.Dispose();
    }
}
