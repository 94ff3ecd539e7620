using AcademicBert.Files;

namespace AcademicBert.Corpus;

/// <summary>
/// The folder of a corpus while it is made: work goes on beside it under a temporary name, is renamed when complete, and
/// removed otherwise. What a killed run left is removed by the next.
/// </summary>
internal sealed class CorpusFolder : IDisposable
{
    private readonly string _folder;
    private readonly FolderLock _lock;

    public CorpusFolder(string folder, bool overwrite)
    {
        _folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        WorkingFolder = _folder + ".partial";
        if (File.Exists(_folder))
            throw new IOException($"{_folder}: is a file; the corpus needs a folder.");
        if (Directory.Exists(_folder) && Directory.EnumerateFileSystemEntries(_folder).Any())
        {
            if (!File.Exists(Path.Combine(_folder, CorpusManifest.FileName)))
                throw new IOException($"{_folder}: holds other files. Name an empty or new folder.");
            if (!overwrite)
                throw new IOException($"{_folder}: holds a corpus already. Open it with {nameof(PreparedCorpus)}.{nameof(PreparedCorpus.Open)}, name another folder, or set {nameof(CorpusOptions.Overwrite)}.");
        }

        Directory.CreateDirectory(Path.GetDirectoryName(_folder)!);
        _lock = new FolderLock(_folder + ".lock", $"{_folder}: another process is preparing this corpus.");
        RemoveWorkingFolder();
        Directory.CreateDirectory(WorkingFolder);
    }

    /// <summary>Where the files are written.</summary>
    public string WorkingFolder { get; }

    /// <summary>Gives the finished folder its name.</summary>
    public void Publish()
    {
        if (!Directory.Exists(_folder))
        {
            Directory.Move(WorkingFolder, _folder);
            return;
        }

        string replaced = _folder + ".replaced";
        if (Directory.Exists(replaced))
            Directory.Delete(replaced, recursive: true);
        Directory.Move(_folder, replaced);
        Directory.Move(WorkingFolder, _folder);
        Directory.Delete(replaced, recursive: true);
    }

    public void Dispose()
    {
        RemoveWorkingFolder();
        _lock.Dispose();
    }

    private void RemoveWorkingFolder()
    {
        if (Directory.Exists(WorkingFolder))
            Directory.Delete(WorkingFolder, recursive: true);
    }
}
