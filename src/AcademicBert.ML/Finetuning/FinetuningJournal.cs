using System.Text.Json;
using System.Text.Json.Serialization;
using AcademicBert.Training;

namespace AcademicBert.Finetuning;

/// <summary>The journal of a fine-tuning run: a line of JSON for each step, each epoch and the end, written as it happens.</summary>
internal sealed class FinetuningJournal : IDisposable
{
    public const string FileName = "finetuning.jsonl", Step = "step", Epoch = "epoch", End = "end";

    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        RespectNullableAnnotations = true,
    };

    private readonly FileStream _stream;

    private FinetuningJournal(FileStream stream) => _stream = stream;

    /// <summary>Opens the journal of a run folder and drops what was written after a number of epochs: those will be done again, and the run ends again.</summary>
    public static FinetuningJournal Open(string runFolder, int epochs)
    {
        string path = Path.Combine(runFolder, FileName);
        long keep = 0;
        if (File.Exists(path))
        {
            foreach ((FinetuningLine line, long end) in JsonLines.Read<FinetuningLine>(path, s_json))
            {
                if (line.Event == End || line.Epoch > epochs)
                    break;
                keep = end;
            }
        }

        return new FinetuningJournal(JsonLines.Append(path, keep));
    }

    /// <summary>Reads a journal; a line cut off by a crash ends it.</summary>
    public static IEnumerable<FinetuningLine> Read(string runFolder) => JsonLines.Read<FinetuningLine>(Path.Combine(runFolder, FileName), s_json).Select(line => line.Line);

    /// <summary>Appends a line.</summary>
    public void Write(FinetuningLine line) => JsonLines.Write(_stream, line, s_json);

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();
}
