using AcademicBert.Modeling;
using AcademicBert.Reports.Sources;

namespace AcademicBert.Reports.Tables;

/// <summary>Table 1: throughput and the days that 256 million samples take, measured by runs that do what a row says.</summary>
internal static class ThroughputTable
{
    private const double SecondsOfADay = 86400;

    /// <summary>The table; null where no run is one of its rows.</summary>
    public static Table? Of(IReadOnlyList<TrainingRun> runs)
    {
        var rows = Paper.Throughput.Select(row => (Row: row, Run: runs.Where(run => IsMeasured(run, row.IsNaive, row.Shape, row.BatchSize)).MaxBy(run => run.Journal.SamplesPerSecond))).ToArray();
        return rows.All(row => row.Run is null) ? null : new Table(
            "Table 1: throughput, and days for 256 million samples",
            [new("engine"), new("network"), Column.Number("batch"), Column.Number("samples/s, paper"), Column.Number("days, paper"), Column.Number("samples/s"), Column.Number("days"), new("run")],
            [
                .. rows.Select(row => new Row(
                [
                    row.Row.IsNaive ? "naive" : "ours", row.Row.Network, Numbers.Count(row.Row.BatchSize),
                    Numbers.Figure(Paper.Samples / (row.Row.Days * SecondsOfADay)), Numbers.Figure(row.Row.Days),
                    Numbers.Figure(row.Run?.Journal.SamplesPerSecond), Numbers.Figure(Days(row.Run)), row.Run?.Name ?? Numbers.None,
                ])),
            ],
            "The paper's are of 8 GPUs of 12 GB. A run measures a row if it has its layers, width, heads, feed-forward width, batch size and 128 positions in single sequences; naive: if it was computed by libtorch's operations in fp32, ours: by the fused kernels. Of several the fastest stands here. Training time only, over the whole run.");
    }

    /// <summary>Days that a run's throughput needs for the table's samples.</summary>
    internal static double? Days(TrainingRun? run) => run?.Journal.SamplesPerSecond is { } rate ? Paper.Samples / rate / SecondsOfADay : null;

    private static bool IsMeasured(TrainingRun run, bool naive, BertConfig shape, int batchSize)
    {
        BertConfig model = run.Options.Model;
        return run.Journal.SamplesPerSecond is not null
            && run.Recorded.Starts is [.., { } last] && (last.Kernels is null) == naive && (!naive || last.ComputeType == "Float32")
            && (model.Layers, model.HiddenSize, model.Heads, model.IntermediateSize) == (shape.Layers, shape.HiddenSize, shape.Heads, shape.IntermediateSize)
            && model.MaxPositions == Paper.SequenceLength && model.TrainedTokenTypes == 1
            && run.Options.BatchSize == batchSize && run.Options.BatchRamp is null;
    }
}
