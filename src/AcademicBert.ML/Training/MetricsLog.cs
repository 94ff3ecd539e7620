using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace AcademicBert.Training;

/// <summary>One line of <c>metrics.jsonl</c>.</summary>
internal sealed record MetricsLine
{
    /// <summary>"step" or "validation".</summary>
    public required string Event { get; init; }

    /// <summary>Steps done.</summary>
    public required long Step { get; init; }

    /// <summary>Samples trained on.</summary>
    public required long Samples { get; init; }

    /// <summary>Training time the step's learning rate was read at; with a time budget, a replay reads it again.</summary>
    public required double Seconds { get; init; }

    public double? Loss { get; init; }
    public double? LearningRate { get; init; }
    public double? GradientNorm { get; init; }
    public double? SamplesPerSecond { get; init; }
    public double? TokensPerSecond { get; init; }
    public double? ModelFlopsUtilization { get; init; }
    public long? MemoryBytes { get; init; }

    /// <summary>Seconds a validation took.</summary>
    public double? Took { get; init; }

    public double? Accuracy { get; init; }
    public bool? Skipped { get; init; }
}

/// <summary>The journal of a run: a line of JSON for each step and each validation, written as it happens.</summary>
internal sealed class MetricsLog : IDisposable
{
    public const string FileName = "metrics.jsonl";

    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    private readonly FileStream _stream;

    private MetricsLog(FileStream stream) => _stream = stream;

    /// <summary>Opens the journal of a run folder and drops what was written after <paramref name="lastStep"/>: those steps will be done again.</summary>
    public static MetricsLog Open(string runFolder, long lastStep)
    {
        string path = Path.Combine(runFolder, FileName);
        long keep = 0;
        if (File.Exists(path))
        {
            foreach ((MetricsLine line, long end) in Lines(path))
            {
                if (line.Step > lastStep)
                    break;
                keep = end;
            }
        }

        var stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read);
        stream.SetLength(keep);
        stream.Seek(0, SeekOrigin.End);
        return new MetricsLog(stream);
    }

    /// <summary>Reads a journal; a line cut off by a crash ends it.</summary>
    public static IEnumerable<MetricsLine> Read(string runFolder) => Lines(Path.Combine(runFolder, FileName)).Select(line => line.Line);

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

        // A step's line has the time before it; the time after the last one is that of the validation at the end.
        return [.. before.Skip(1), last];
    }

    /// <summary>Appends a line.</summary>
    public void Write(MetricsLine line)
    {
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(line, s_json);
        _stream.Write([.. json, (byte)'\n']);
        _stream.Flush();
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    private static IEnumerable<(MetricsLine Line, long End)> Lines(string path)
    {
        using var reader = new StreamReader(path, Encoding.UTF8);
        long end = 0;
        while (reader.ReadLine() is { } text)
        {
            MetricsLine? line = null;
            try
            {
                line = JsonSerializer.Deserialize<MetricsLine>(text, s_json);
            }
            catch (JsonException)
            {
                // The process was killed in the middle of this line.
            }

            if (line is null)
                yield break;
            end += Encoding.UTF8.GetByteCount(text) + 1;
            yield return (line, end);
        }
    }
}
