using System.Text.Json;
using AcademicBert.Benchmarks.Measuring;
using AcademicBert.Finetuning;
using AcademicBert.Training;

namespace AcademicBert.Benchmarks.Finetune;

/// <summary>What the line costs that a run writes to its journal, and hands to the system, at each step.</summary>
internal sealed class JournalCost : IDisposable
{
    private const int Lines = 1000;

    private readonly string _folder = Directory.CreateTempSubdirectory("academicbert-benchmark-").FullName;

    /// <summary>Seconds of a line as it is written, and of one that waits in the buffer for others.</summary>
    public (double Flushed, double Kept) Measure(int rounds)
    {
        double[] seconds = Interleaved.Medians(rounds, () => Write(flush: true), () => Write(flush: false));
        return (seconds[0] / Lines, seconds[1] / Lines);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private void Write(bool flush)
    {
        var line = new FinetuningLine { Event = FinetuningJournal.Step, Epoch = 1, Step = 1234, Loss = 0.123456789, LearningRate = 1.2345e-4 };
        using FileStream stream = JsonLines.Append(Path.Combine(_folder, "journal.jsonl"), keep: 0);
        for (int i = 0; i < Lines; i++)
        {
            if (flush)
                JsonLines.Write(stream, line, JsonLines.Events);
            else
                stream.Write([.. JsonSerializer.SerializeToUtf8Bytes(line, JsonLines.Events), (byte)'\n']);
        }
    }
}
