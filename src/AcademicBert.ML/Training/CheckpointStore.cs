using System.Globalization;
using AcademicBert.Modeling;
using AcademicBert.Optimization;

namespace AcademicBert.Training;

/// <summary>The <c>checkpoints</c> folder of a run: keeps the newest, finds the newest that is undamaged.</summary>
internal sealed class CheckpointStore
{
    private const string Prefix = "step-";

    private const string FolderName = "checkpoints";

    private readonly string _folder;
    private readonly int _keep;
    private readonly Action<string> _warn;

    /// <param name="runFolder">The run folder.</param>
    /// <param name="keep">Number of checkpoints to keep, at least 1.</param>
    /// <param name="warn">Receives warnings about damaged checkpoints.</param>
    public CheckpointStore(string runFolder, int keep, Action<string> warn)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(keep, 1);
        (_folder, _keep, _warn) = (Path.Combine(runFolder, FolderName), keep, warn);
    }

    /// <summary>Whether there is any checkpoint, damaged or not.</summary>
    public bool Any => Newest(_folder).Any();

    /// <summary>Whether a run folder has any checkpoint, damaged or not.</summary>
    public static bool AnyIn(string runFolder) => Newest(Path.Combine(runFolder, FolderName)).Any();

    /// <summary>Writes a checkpoint, then deletes those beyond the number to keep.</summary>
    public void Save(FlatParameters parameters, AdamW optimizer, TrainingState state)
    {
        Directory.CreateDirectory(_folder);
        Checkpoint.Write(Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{state.Position.Steps:D8}")), parameters, optimizer, state);
        foreach (string old in Newest(_folder).Skip(_keep).ToList())
            Directory.Delete(old, recursive: true);
    }

    /// <summary>Loads the newest checkpoint that is undamaged; null if there is none.</summary>
    public TrainingState? Load(FlatParameters parameters, AdamW optimizer)
    {
        foreach (string folder in Newest(_folder))
        {
            try
            {
                return Checkpoint.Read(folder, parameters, optimizer);
            }
            catch (InvalidDataException damage)
            {
                _warn($"A damaged checkpoint is skipped: {damage.Message}");
            }
        }

        return null;
    }

    private static IEnumerable<string> Newest(string checkpoints) =>
        Directory.Exists(checkpoints)
            ? Directory.EnumerateDirectories(checkpoints, Prefix + "*").Where(IsComplete).OrderByDescending(folder => folder, StringComparer.Ordinal)
            : [];

    /// <summary>A folder with a temporary name is what a killed process left.</summary>
    private static bool IsComplete(string folder) => !folder.EndsWith(".tmp", StringComparison.Ordinal);
}
