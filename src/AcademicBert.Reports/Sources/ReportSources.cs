using AcademicBert.Glue;
using AcademicBert.Pretraining;
using AcademicBert.Sweeps;
using AcademicBert.Tables;

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
    /// <exception cref="ArgumentException">One holds nothing to report on; the message names it.</exception>
    /// <exception cref="InvalidDataException">A file cannot be read; the message names it.</exception>
    public static ReportSources Open(IReadOnlyList<string> folders)
    {
        var runs = new List<TrainingRun>();
        var searches = new List<RecordedSearch>();
        var finetunings = new List<FinetunedRun>();
        var glue = new List<GlueRun>();
        var benchmarks = new List<Throughput>();
        foreach ((string folder, string name) in folders.Zip(Names(folders)))
        {
            if (!Directory.Exists(folder))
                throw new ArgumentException($"There is no folder '{folder}'.");
            if (File.Exists(Path.Combine(folder, SearchJournal.FileName)))
            {
                searches.Add(RecordedSearch.Open(folder, name));
            }
            else if (RecordedRun.IsIn(folder))
            {
                runs.Add(TrainingRun.Open(folder, name));
            }
            else if (RecordedFinetuning.IsIn(folder))
            {
                finetunings.Add(FinetunedRun.Open(folder, name));
            }
            else if (GlueReport.Read(folder) is { Tasks.Count: > 0 } report)
            {
                glue.Add(new GlueRun(name, folder, report));
            }
            else if (StepBenchmarks.Read(folder, name) is { Count: > 0 } measured)
            {
                benchmarks.AddRange(measured);
            }
            else
            {
                throw new ArgumentException(
                    $"'{folder}' holds nothing to report on: it is neither a training run (options.json, metrics.jsonl) nor one of fine-tuning (options.json, finetuning.jsonl) nor a search (search.jsonl) nor a GLUE run (TASK/trials.jsonl) nor results of the step benchmark (*.json).");
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
