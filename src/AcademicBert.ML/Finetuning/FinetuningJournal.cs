using AcademicBert.Training;

namespace AcademicBert.Finetuning;

/// <summary>The journal of a fine-tuning run: a line of JSON for each step, each epoch and the end, written as it happens.</summary>
internal sealed class FinetuningJournal : IDisposable
{
    public const string FileName = "finetuning.jsonl", Step = "step", Epoch = "epoch", End = "end";

    private readonly FileStream _stream;

    private FinetuningJournal(FileStream stream) => _stream = stream;

    /// <summary>Opens the journal of a run folder and drops what was written after a number of epochs: those will be done again, and the run ends again.</summary>
    public static FinetuningJournal Open(string runFolder, int epochs) =>
        new(JsonLines.AppendEvents<FinetuningLine>(Path.Combine(runFolder, FileName), line => line.Event == End || line.Epoch > epochs));

    /// <summary>Reads a journal; a line cut off by a crash ends it.</summary>
    public static IEnumerable<FinetuningLine> Read(string runFolder) => JsonLines.Read<FinetuningLine>(Path.Combine(runFolder, FileName), JsonLines.Events).Select(line => line.Line);

    /// <summary>Appends a line.</summary>
    public void Write(FinetuningLine line) => JsonLines.Write(_stream, line, JsonLines.Events);

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();
}
