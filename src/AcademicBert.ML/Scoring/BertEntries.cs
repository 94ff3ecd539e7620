using AcademicBert.ML.Hosting;
using AcademicBert.Training;

namespace AcademicBert.Scoring;

/// <summary>A model folder inside a model file of ML.NET: one entry for each file.</summary>
internal static class BertEntries
{
    private const string Index = "files";

    /// <summary>Writes the model.</summary>
    public static void Save(ModelWriter writer, PretrainedBert bert) => WithTemporaryFolder(Path.GetTempPath(), folder =>
    {
        bert.Save(folder);
        string[] names = [.. Directory.EnumerateFiles(folder).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];
        writer.WriteJson(Index, names);
        foreach (string name in names)
            writer.WriteFile(name, Path.Combine(folder, name));
        return 0;
    });

    /// <summary>Reads the model.</summary>
    /// <exception cref="InvalidDataException">An entry is missing or damaged; the message names it.</exception>
    public static PretrainedBert Load(ModelReader reader, string temporaryRoot) => WithTemporaryFolder(temporaryRoot, folder =>
    {
        Directory.CreateDirectory(folder);
        foreach (string name in reader.ReadJson<string[]>(Index))
        {
            if (Path.GetFileName(name) != name || name.Length == 0)
                throw new InvalidDataException($"The model's entry '{Index}' is damaged: '{name}' is no file name.");
            reader.ReadFile(name, Path.Combine(folder, name));
        }

        return PretrainedBert.Load(folder);
    });

    private static T WithTemporaryFolder<T>(string root, Func<string, T> use)
    {
        string folder = Path.Combine(root, "academicbert-" + Path.GetRandomFileName());
        try
        {
            return use(folder);
        }
        finally
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
        }
    }
}
