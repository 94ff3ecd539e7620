using AcademicBert.Finetuning;
using AcademicBert.Tables;

namespace AcademicBert.Reports.Sources;

/// <summary>A run of fine-tuning to report on.</summary>
/// <param name="Name">Its name in the report.</param>
/// <param name="Recorded">Its folder's options, recipe and result.</param>
/// <param name="Lines">Its journal.</param>
internal sealed record FinetunedRun(string Name, RecordedFinetuning Recorded, IReadOnlyList<FinetuningLine> Lines)
{
    /// <summary>Reads a run folder.</summary>
    /// <exception cref="InvalidDataException">A file of it cannot be read; the message names it.</exception>
    public static FinetunedRun Open(string folder, string name)
    {
        var recorded = RecordedFinetuning.Open(folder);
        return new FinetunedRun(name, recorded, [.. recorded.Lines()]);
    }

    /// <summary>Its steps.</summary>
    public IReadOnlyList<FinetuningLine> Steps { get; } = [.. Lines.Where(line => line.Event == "step")];

    /// <summary>Its epochs.</summary>
    public IReadOnlyList<FinetuningLine> Epochs { get; } = [.. Lines.Where(line => line.Event == "epoch")];

    /// <summary>What became of the model; null: the run has not ended.</summary>
    public FinetuningLine? End { get; } = Lines.LastOrDefault(line => line.Event == "end");

    /// <summary>What it gave on a file; null: it has not ended, or was not on a file.</summary>
    public TableFinetuningResult? Result => Recorded.Result;

    /// <summary>Whether numbers are learnt.</summary>
    public bool IsRegression => Measure == FinetuningLine.NegativeMeanSquaredError || Result?.Task == FinetuningTask.Regression;

    /// <summary>What epochs are judged by; null without rows to validate.</summary>
    public string? Measure => Epochs.LastOrDefault()?.Measure;

    /// <summary>The epoch whose model was kept, or is the best so far; null without rows to validate.</summary>
    public FinetuningLine? Kept => Epochs.FirstOrDefault(line => line.Epoch == End?.Epoch) ?? Epochs.Where(line => line.Score is not null).MaxBy(line => line.Score);
}
