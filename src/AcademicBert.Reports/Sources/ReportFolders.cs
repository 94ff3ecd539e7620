using AcademicBert.Glue;
using AcademicBert.Pretraining;
using AcademicBert.Sweeps;
using AcademicBert.Tables;

namespace AcademicBert.Reports.Sources;

/// <summary>What a folder holds to report on.</summary>
internal enum FolderKind
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A hyperparameter search.</summary>
    Search,

    /// <summary>A run of pretraining.</summary>
    Pretraining,

    /// <summary>A run of fine-tuning.</summary>
    Finetuning,

    /// <summary>A GLUE run.</summary>
    Glue,

    /// <summary>Results of the step benchmark.</summary>
    Benchmarks,
}

/// <summary>Finds the folders of a report among those that were named.</summary>
internal static class ReportFolders
{
    /// <summary>The folders that hold something: those named, and of one that holds nothing itself those directly in it; each with what it holds.</summary>
    /// <param name="named">Folders, as a shell's pattern gives them: other folders and files may be among them.</param>
    /// <param name="log">Told of each that is left out.</param>
    /// <exception cref="ArgumentException">There is no such folder, or nothing is found at all; the message names it.</exception>
    public static IReadOnlyList<(string Folder, FolderKind Kind)> Find(IReadOnlyList<string> named, Action<string>? log)
    {
        var found = new List<(string Folder, FolderKind Kind)>();
        var empty = new List<string>();
        foreach (string folder in named)
        {
            if (!Path.Exists(folder))
                throw new ArgumentException($"There is no folder '{folder}'.");
            int before = found.Count;
            found.AddRange(In(folder));
            if (found.Count == before)
                empty.Add(folder);
        }

        if (found.Count == 0)
        {
            throw new ArgumentException(
                $"'{named[0]}' holds nothing to report on: it is neither a training run (options.json, metrics.jsonl) nor one of fine-tuning (options.json, finetuning.jsonl) nor a search (search.jsonl) nor a GLUE run (TASK/trials.jsonl) nor results of the step benchmark (*.json), nor a folder of such folders.");
        }

        foreach (string folder in empty)
            log?.Invoke($"'{folder}' holds nothing to report on, and is left out.");
        return [.. found.DistinctBy(source => Path.TrimEndingDirectorySeparator(Path.GetFullPath(source.Folder)))];
    }

    private static IEnumerable<(string Folder, FolderKind Kind)> In(string folder)
    {
        if (!Directory.Exists(folder))
            return [];
        return KindOf(folder) is not FolderKind.None and var kind
            ? [(folder, kind)]
            : Directory.GetDirectories(folder).Order(StringComparer.Ordinal).Select(below => (below, KindOf(below))).Where(below => below.Item2 != FolderKind.None);
    }

    private static FolderKind KindOf(string folder) =>
        File.Exists(Path.Combine(folder, SearchJournal.FileName)) ? FolderKind.Search
        : RecordedRun.IsIn(folder) ? FolderKind.Pretraining
        : RecordedFinetuning.IsIn(folder) ? FolderKind.Finetuning
        : GlueReport.Read(folder).Tasks.Count > 0 ? FolderKind.Glue
        : StepBenchmarks.Read(folder, "").Count > 0 ? FolderKind.Benchmarks
        : FolderKind.None;
}
