using AcademicBert.Glue;

namespace AcademicBert.Reports.Sources;

/// <summary>The folders of a report, by what they hold.</summary>
/// <param name="Runs">Pretraining runs.</param>
/// <param name="Searches">Hyperparameter searches.</param>
/// <param name="Finetunings">Runs of fine-tuning.</param>
/// <param name="Glue">GLUE results.</param>
/// <param name="Benchmarks">Throughput measured by benchmarks.</param>
internal sealed record ReportSources(IReadOnlyList<TrainingRun> Runs, IReadOnlyList<RecordedSearch> Searches, IReadOnlyList<FinetunedRun> Finetunings, IReadOnlyList<GlueRun> Glue, IReadOnlyList<Throughput> Benchmarks)
{
    /// <summary>Throughput measured by runs and by benchmarks.</summary>
    public IReadOnlyList<Throughput> Throughputs => [.. Runs.Select(Throughput.Of).OfType<Throughput>(), .. Benchmarks];

    /// <summary>Reads folders.</summary>
    /// <inheritdoc cref="ReportFolders.Find"/>
    /// <exception cref="InvalidDataException">A file cannot be read; the message names it.</exception>
    public static ReportSources Open(IReadOnlyList<string> named, Action<string>? log = null)
    {
        IReadOnlyList<(string Folder, FolderKind Kind)> found = ReportFolders.Find(named, log);
        var runs = new List<TrainingRun>();
        var searches = new List<RecordedSearch>();
        var finetunings = new List<FinetunedRun>();
        var glue = new List<GlueRun>();
        var benchmarks = new List<Throughput>();
        foreach (((string folder, FolderKind kind), string name) in found.Zip(Names([.. found.Select(source => source.Folder)])))
        {
            switch (kind)
            {
                case FolderKind.Search:
                    searches.Add(RecordedSearch.Open(folder, name));
                    break;
                case FolderKind.Pretraining:
                    runs.Add(TrainingRun.Open(folder, name));
                    break;
                case FolderKind.Finetuning:
                    finetunings.Add(FinetunedRun.Open(folder, name));
                    break;
                case FolderKind.Glue:
                    glue.Add(new GlueRun(name, folder, GlueReport.Read(folder)));
                    break;
                case FolderKind.Benchmarks:
                    benchmarks.AddRange(StepBenchmarks.Read(folder, name));
                    break;
            }
        }

        return new ReportSources(runs, searches, finetunings, glue, benchmarks);
    }

    /// <summary>A short name for each folder: its own, and as much of the path above it as tells it from the others.</summary>
    public static IReadOnlyList<string> Names(IReadOnlyList<string> folders)
    {
        string[][] parts = [.. folders.Select(folder => Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)).Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))];
        return [.. parts.Select(Name)];

        string Name(string[] path)
        {
            int length = 1;
            while (length < path.Length && parts.Count(other => End(other, length) == End(path, length)) > 1)
                length++;
            return End(path, length);
        }

        static string End(string[] path, int length) => string.Join('/', path.TakeLast(length));
    }
}
