using AcademicBert.Files;
using AcademicBert.ML.Hosting;

namespace AcademicBert.Scoring;

/// <summary>A folder inside a model file of ML.NET: one entry for each file.</summary>
internal static class FolderEntries
{
    private const string Index = "files";

    // A model's few files: a long list is no list of ours.
    private const int MostFiles = 64;

    /// <summary>Writes what <paramref name="write"/> puts into a folder.</summary>
    public static void Save(ModelWriter writer, Action<string> write) => WithTemporaryFolder(Path.GetTempPath(), folder =>
    {
        write(folder);
        string[] names = [.. Directory.EnumerateFiles(folder).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];
        writer.WriteJson(Index, names);
        foreach (string name in names)
            writer.WriteFile(name, Path.Combine(folder, name));
        return 0;
    });

    /// <summary>Lets <paramref name="read"/> see the folder.</summary>
    /// <exception cref="InvalidDataException">An entry is missing or damaged; the message names it.</exception>
    public static T Load<T>(ModelReader reader, string temporaryRoot, Func<string, T> read) => WithTemporaryFolder(temporaryRoot, folder =>
    {
        string[] names = reader.ReadJson<string[]>(Index);
        if (names.Length > MostFiles)
            throw new InvalidDataException($"The model's entry '{Index}' is damaged: it names {names.Length} files.");
        foreach (string name in names)
        {
            if (!PlainName.Is(name))
                throw new InvalidDataException($"The model's entry '{Index}' is damaged: '{name}' is no file name.");
            reader.ReadFile(name, Path.Combine(folder, name));
        }

        try
        {
            return read(folder);
        }
        catch (FileNotFoundException missing)
        {
            throw new InvalidDataException($"The model's entry '{Index}' is damaged: a file is missing. {missing.Message}", missing);
        }
    });

    private static T WithTemporaryFolder<T>(string root, Func<string, T> use)
    {
        string folder = Path.Combine(root, "academicbert-" + Path.GetRandomFileName());
        try
        {
            Directory.CreateDirectory(folder);
            return use(folder);
        }
        finally
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
        }
    }
}
