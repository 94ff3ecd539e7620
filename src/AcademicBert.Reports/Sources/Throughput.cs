using AcademicBert.Modeling;

namespace AcademicBert.Reports.Sources;

/// <summary>How fast a network was trained.</summary>
/// <param name="Source">Where it was measured: the name of a run, or of a benchmark's file.</param>
/// <param name="IsNaive">Whether by a plain implementation in fp32 instead of ours.</param>
/// <param name="Shape">The network.</param>
/// <param name="BatchSize">Samples of a step.</param>
/// <param name="SequenceLength">Tokens of a sample.</param>
/// <param name="SamplesPerSecond">Samples a second.</param>
internal sealed record Throughput(string Source, bool IsNaive, BertConfig Shape, int BatchSize, int SequenceLength, double SamplesPerSecond)
{
    /// <summary>The throughput of a run; null where it is not known how the run was computed, or where its steps were not all alike.</summary>
    public static Throughput? Of(TrainingRun run)
    {
        if (run.Journal.SamplesPerSecond is not { } rate || run.Recorded.Starts is not [.., { } last] || run.Options.BatchRamp is not null || run.Options.Model.TrainedTokenTypes != 1)
            return null;
        bool plain = last.Kernels is null;
        return plain && last.ComputeType != "Float32" ? null : new Throughput(run.Name, plain, run.Options.Model, run.Options.BatchSize, run.Options.Model.MaxPositions, rate);
    }
}
