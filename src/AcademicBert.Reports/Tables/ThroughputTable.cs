using AcademicBert.Modeling;
using AcademicBert.Reports.Sources;

namespace AcademicBert.Reports.Tables;

/// <summary>Table 1: throughput and the days that 256 million samples take, measured by what does what a row says.</summary>
internal static class ThroughputTable
{
    private const double SecondsOfADay = 86400;

    /// <summary>The table; null where nothing measures one of its rows.</summary>
    public static Table? Of(IReadOnlyList<Throughput> measured)
    {
        var rows = Paper.Throughput.Select(row => (Paper: row, Measured: measured.Where(throughput => Measures(throughput, row.IsNaive, row.Shape, row.BatchSize)).MaxBy(throughput => throughput.SamplesPerSecond))).ToArray();
        return rows.All(row => row.Measured is null) ? null : new Table(
            "Table 1: throughput, and days for 256 million samples",
            [new("engine"), new("network"), Column.Number("batch"), Column.Number("samples/s, paper"), Column.Number("days, paper"), Column.Number("samples/s"), Column.Number("days"), new("measured by")],
            [
                .. rows.Select(row => new Row(
                [
                    row.Paper.IsNaive ? "naive" : "ours", row.Paper.Network, Numbers.Count(row.Paper.BatchSize), Numbers.Figure(Paper.Samples / (row.Paper.Days * SecondsOfADay)), Numbers.Plain(row.Paper.Days),
                    Numbers.Figure(row.Measured?.SamplesPerSecond), Numbers.Figure(Paper.Samples / row.Measured?.SamplesPerSecond / SecondsOfADay), row.Measured?.Source ?? Numbers.None,
                ])),
            ],
            "The paper's are of 8 GPUs of 12 GB. A row is measured by what has its layers, width, heads, feed-forward width and batch size, and single sequences of up to 128 tokens; ours: runs and benchmarks of the fused kernels, naive: runs by libtorch's operations in fp32, and the benchmark's naive network. Of several the fastest stands here. Of runs, training time over all their steps.");
    }

    private static bool Measures(Throughput measured, bool naive, BertConfig shape, int batchSize) =>
        measured.IsNaive == naive && measured.BatchSize == batchSize && !measured.Shape.GatedFeedForward && measured.SequenceLength == Paper.SequenceLength
        && (measured.Shape.Layers, measured.Shape.HiddenSize, measured.Shape.Heads, measured.Shape.IntermediateSize) == (shape.Layers, shape.HiddenSize, shape.Heads, shape.IntermediateSize);
}
