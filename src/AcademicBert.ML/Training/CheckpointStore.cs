using System.Collections.Concurrent;
using System.Globalization;
using AcademicBert.Files;
using AcademicBert.Modeling;
using AcademicBert.Optimization;

namespace AcademicBert.Training;

/// <summary>
/// The <c>checkpoints</c> folder of a run: writes in the background, keeps the newest and the best, finds the newest that is undamaged.
/// </summary>
internal sealed class CheckpointStore : IDisposable
{
    private const string Prefix = "step-";
    private const string FolderName = "checkpoints";

    private readonly string _folder;
    private readonly int _keep;
    private readonly Action<string> _warn;
    private readonly ConcurrentBag<CheckpointContent> _spare = [];
    private Task _before = Task.CompletedTask, _writing = Task.CompletedTask;

    /// <param name="runFolder">The run folder.</param>
    /// <param name="keep">Number of checkpoints to keep, at least 1; the one of the lowest held-out loss is kept besides.</param>
    /// <param name="warn">Receives warnings about checkpoints that are damaged or could not be written.</param>
    public CheckpointStore(string runFolder, int keep, Action<string> warn)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(keep, 1);
        (_folder, _keep, _warn) = (Path.Combine(runFolder, FolderName), keep, warn);
    }

    /// <summary>Whether there is a checkpoint of a step, damaged or not.</summary>
    public bool Has(long step) => Directory.Exists(FolderOf(step));

    /// <summary>Whether a run folder has any checkpoint, damaged or not.</summary>
    public static bool AnyIn(string runFolder) => Newest(Path.Combine(runFolder, FolderName)).Any();

    /// <summary>Why the run of a folder ended, by its newest checkpoint; null: it has not.</summary>
    public static StopReason? EndedIn(string runFolder) => Newest(Path.Combine(runFolder, FolderName)).FirstOrDefault() is { } newest ? Checkpoint.Ended(newest) : null;

    /// <summary>Training time of the newest checkpoint of a folder, in seconds, if it is of a step; null: there is none.</summary>
    public static double? SecondsIn(string runFolder, long step) =>
        Newest(Path.Combine(runFolder, FolderName)).FirstOrDefault() is { } newest && Checkpoint.Position(newest) is { } position && position.Steps == step ? position.Seconds : null;

    /// <summary>Brings back what a kill left half-replaced; for the process that trains in the run folder.</summary>
    public static void Recover(string runFolder) => NewFolder.RecoverAllIn(Path.Combine(runFolder, FolderName));

    /// <summary>Deletes the checkpoints of a run folder, if there are any.</summary>
    public static void DeleteIn(string runFolder)
    {
        string folder = Path.Combine(runFolder, FolderName);
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }

    /// <summary>Whether the disk has not taken the latest checkpoint yet.</summary>
    public bool IsWriting => !_writing.IsCompleted;

    /// <summary>
    /// Copies the content and writes it in the background, after the checkpoint before; waits only where that one has not been begun, so
    /// that no more than two copies are in memory. One that cannot be written is a warning: the last good one stays.
    /// </summary>
    public void Save(FlatParameters parameters, AdamW optimizer, TrainingState state)
    {
        _before.Wait();
        CheckpointContent content = Copy(parameters, optimizer);
        _before = _writing;
        _writing = _before.ContinueWith(_ => WriteOrWarn(content, state), CancellationToken.None, TaskContinuationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Waits for what is being written, and writes a last checkpoint.</summary>
    /// <exception cref="IOException">It cannot be written; the message says what is kept.</exception>
    public void SaveLast(FlatParameters parameters, AdamW optimizer, TrainingState state)
    {
        Wait();
        try
        {
            Write(Copy(parameters, optimizer), state);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            string kept = Newest(_folder).FirstOrDefault() is { } last ? $"'{last}' is the last good one" : "there is none";
            throw new IOException($"The last checkpoint, of step {state.Position.Steps}, could not be written to '{_folder}'; {kept}. {error.Message}", error);
        }
    }

    /// <summary>Waits for what is being written.</summary>
    public void Wait() => Task.WaitAll(_before, _writing);

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

    /// <summary>Waits for what is being written.</summary>
    public void Dispose()
    {
        Wait();
        foreach (CheckpointContent content in _spare)
            content.Dispose();
    }

    private void WriteOrWarn(CheckpointContent content, TrainingState state)
    {
        BackgroundThread.GiveWay();
        try
        {
            Write(content, state);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            _warn($"The checkpoint of step {state.Position.Steps} could not be written, the ones before stay: {error.Message}");
        }
    }

    private CheckpointContent Copy(FlatParameters parameters, AdamW optimizer)
    {
        if (!_spare.TryTake(out CheckpointContent? content))
            return new CheckpointContent(parameters, optimizer);
        content.Copy(parameters, optimizer);
        return content;
    }

    private void Write(CheckpointContent content, TrainingState state)
    {
        try
        {
            Directory.CreateDirectory(_folder);
            Checkpoint.Write(FolderOf(state.Position.Steps), content, state);
        }
        finally
        {
            _spare.Add(content);
        }

        string best = FolderOf(state.BestStep);
        foreach (string old in Newest(_folder).Skip(_keep).Where(folder => folder != best).ToList())
            Directory.Delete(old, recursive: true);
    }

    private string FolderOf(long step) => Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{step:D8}"));

    private static IEnumerable<string> Newest(string checkpoints) =>
        Directory.Exists(checkpoints)
            ? Directory.EnumerateDirectories(checkpoints, Prefix + "*").Where(IsComplete).OrderByDescending(folder => folder, StringComparer.Ordinal)
            : [];

    /// <summary>A folder with a temporary name is what a killed process left.</summary>
    private static bool IsComplete(string folder) => !folder.EndsWith(".tmp", StringComparison.Ordinal);
}
