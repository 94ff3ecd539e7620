using System.Text.Json.Nodes;
using AcademicBert.Training;

namespace AcademicBert.Pretraining;

/// <summary>The options file of a run folder: written by the first start, compared by every later one.</summary>
internal static class RunFolder
{
    public const string OptionsFile = "options.json";
    public const string ModelFolder = "model";

    // What may differ between starts: the numbers a run gives do not depend on them, but for rounding.
    private static readonly string[] s_free = ["microBatchSize", "threads", "checkpointEvery", "keepCheckpoints", "nonFiniteLimit"];

    /// <summary>Prepares a run folder, new or to be resumed. Before its first checkpoint a run may still be started anew with other options.</summary>
    /// <exception cref="ArgumentException">The folder holds a run of other options or another corpus; the message names what differs.</exception>
    public static void Prepare(string folder, PretrainingOptions options, string corpusFingerprint)
    {
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, OptionsFile);
        JsonObject now = new() { ["corpus"] = corpusFingerprint, ["options"] = JsonNode.Parse(OptionsJson.Write(options)) };
        if (File.Exists(path) && CheckpointStore.AnyIn(folder))
        {
            JsonObject before = JsonNode.Parse(File.ReadAllBytes(path))!.AsObject();
            if (!JsonNode.DeepEquals(before["corpus"], now["corpus"]))
                throw new ArgumentException($"'{folder}' holds a run on another corpus. Choose another run folder, or delete this one to start anew.");
            string[] changed = [.. now["options"]!.AsObject().Select(option => option.Key).Where(key => !s_free.Contains(key) && !JsonNode.DeepEquals(before["options"]?[key], now["options"]![key]))];
            if (changed.Length > 0)
                throw new ArgumentException($"'{folder}' holds a run with other options, so it cannot be resumed: {string.Join(", ", changed)}. Use its {OptionsFile}, or choose another run folder.");
        }

        File.WriteAllText(path + ".tmp", now.ToJsonString(new() { WriteIndented = true }) + "\n");
        File.Move(path + ".tmp", path, overwrite: true);
    }

    /// <summary>Removes what a run left that ended before its first checkpoint.</summary>
    public static void Withdraw(string folder)
    {
        if (CheckpointStore.AnyIn(folder))
            return;
        File.Delete(Path.Combine(folder, OptionsFile));
        File.Delete(Path.Combine(folder, MetricsLog.FileName));
        if (!Directory.EnumerateFileSystemEntries(folder).Any())
            Directory.Delete(folder);
    }
}
