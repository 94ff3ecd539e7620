using AcademicBert.Files;
using AcademicBert.Training;

namespace AcademicBert.Pretraining;

/// <summary>The options file of a run folder: written by the first start, compared by every later one.</summary>
internal static class RunFolder
{
    public const string ModelFolder = WorkFolder.ModelOfRun;

    /// <summary>What may differ between starts: the numbers a run gives do not depend on them, but for rounding.</summary>
    public static readonly string[] Free = ["microBatchSize", "device", "recompute", "threads", "checkpointEvery", "keepCheckpoints", "nonFiniteLimit", "distributed"];

    /// <summary>Prepares a run folder, new or to be resumed. Before its first checkpoint a run may still be started anew with other options.</summary>
    /// <exception cref="ArgumentException">The folder holds a run of other options or another corpus; the message names what differs.</exception>
    /// <exception cref="IOException">The run has ended and its checkpoints are gone.</exception>
    public static void Prepare(string folder, PretrainingOptions options, string corpusFingerprint)
    {
        RequirePretraining(folder);
        // What a run was trained with is not what it is loaded with.
        if (CheckpointStore.EndedIn(folder) is not null)
            OptionsFile.Require(folder, begun: true, [("corpus", corpusFingerprint)], options, Free);
        else
            OptionsFile.Prepare(folder, CheckpointStore.AnyIn(folder), [("corpus", corpusFingerprint)], options, Free);
    }

    /// <summary>Throws what <see cref="Prepare"/> does, and writes nothing.</summary>
    /// <inheritdoc cref="Prepare"/>
    public static void Require(string folder, PretrainingOptions options, string corpusFingerprint)
    {
        RequirePretraining(folder);
        OptionsFile.Require(folder, CheckpointStore.AnyIn(folder), [("corpus", corpusFingerprint)], options, Free);
    }

    /// <summary>Removes what a run left that ended before its first checkpoint.</summary>
    public static void Withdraw(string folder)
    {
        if (CheckpointStore.AnyIn(folder))
            return;
        File.Delete(Path.Combine(folder, OptionsFile.Name));
        File.Delete(Path.Combine(folder, MetricsLog.FileName));
        File.Delete(Path.Combine(folder, RunStartLog.FileName));
        if (!Directory.EnumerateFileSystemEntries(folder).Any())
            Directory.Delete(folder);
    }

    // Without checkpoints a run begins anew, and what it had come to would be lost.
    private static void RequirePretraining(string folder)
    {
        WorkFolder.RequireKind(folder, MetricsLog.FileName);
        string model = Path.Combine(folder, ModelFolder);
        if (!CheckpointStore.AnyIn(folder) && Directory.Exists(model) && File.Exists(Path.Combine(folder, MetricsLog.FileName)))
            throw new IOException($"The run in '{folder}' has ended, and its checkpoints are gone, without which it can neither be loaded nor go on. Its model is '{model}'; to train anew, choose another run folder.");
    }
}
