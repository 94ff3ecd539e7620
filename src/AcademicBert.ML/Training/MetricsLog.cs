namespace AcademicBert.Training;

/// <summary>The journal of a run: a line of JSON for each step and each validation, written as it happens.</summary>
internal sealed class MetricsLog : IDisposable
{
    public const string FileName = "metrics.jsonl";

    private readonly FileStream _stream;

    private MetricsLog(FileStream stream) => _stream = stream;

    /// <summary>Opens the journal of a run folder and drops what was written after <paramref name="lastStep"/>: those steps will be done again.</summary>
    public static MetricsLog Open(string runFolder, long lastStep) =>
        new(JsonLines.AppendEvents<MetricsLine>(Path.Combine(runFolder, FileName), line => line.Step > lastStep));

    /// <summary>Reads a journal; a line cut off by a crash ends it.</summary>
    public static IEnumerable<MetricsLine> Read(string runFolder) => JsonLines.Read<MetricsLine>(Path.Combine(runFolder, FileName), JsonLines.Events).Select(line => line.Line);

    /// <summary>Training time after each step of a finished or interrupted run, from the first.</summary>
    /// <exception cref="FileNotFoundException">The folder has no journal.</exception>
    public static IReadOnlyList<double> ReadClock(string runFolder)
    {
        if (!File.Exists(Path.Combine(runFolder, FileName)))
            throw new FileNotFoundException($"'{runFolder}' is no run that could be replayed: it has no {FileName}.");
        var before = new List<double>();
        double last = 0;
        foreach (MetricsLine line in Read(runFolder))
        {
            if (line.Event == "step")
                before.Add(line.Seconds);
            last = line.Seconds;
        }

        // A step's line has the time before it; the time after the last one is that of the checkpoint or the validation at the end.
        return [.. before.Skip(1), CheckpointStore.SecondsIn(runFolder, before.Count) ?? last];
    }

    /// <summary>Appends a line.</summary>
    public void Write(MetricsLine line) => JsonLines.Write(_stream, line, JsonLines.Events);

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();
}
