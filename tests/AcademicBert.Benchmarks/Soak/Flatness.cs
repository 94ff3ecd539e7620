using AcademicBert.Benchmarks.Measuring;

namespace AcademicBert.Benchmarks.Soak;

/// <summary>
/// Judges whether what a process holds stays where it is: the median of the last quarter of the work may exceed that of the second by a
/// tolerance. The first quarter warms up (compiled code, pools, caches). Tensors may grow by a tenth: the engine keeps its views of each shape of a
/// batch that has come, and rare ones still come. The pool's threads come and go.
/// </summary>
internal static class Flatness
{
    /// <summary>Samples of each quarter below which nothing is judged.</summary>
    private const int FewestSamples = 5;

    private const long Megabyte = 1 << 20;

    private static readonly Figure[] s_figures =
    [
        new("memory, resident", "resident", sample => sample.Resident, Share: 0.02, AtLeast: 8 * Megabyte),
        new("memory, native", "native", sample => sample.Native, Share: 0.02, AtLeast: 8 * Megabyte),
        new("memory, managed heap", "heap", sample => sample.Heap, Share: 0.02, AtLeast: Megabyte),
        new("open handles", "handles", sample => sample.Handles, Share: 0, AtLeast: 2),
        new("threads", "threads", sample => sample.Threads, Share: 0, AtLeast: 16),
        new("tensors", "tensors", sample => sample.Tensors, Share: 0.1, AtLeast: 8),
        new("tensors after a collection", "tensorsInUse", sample => sample.TensorsInUse, Share: 0.1, AtLeast: 8),
    ];

    /// <summary>Adds each figure to a report, and names those that grew.</summary>
    /// <param name="samples">In the order of time.</param>
    /// <param name="unit">What work is counted in.</param>
    /// <param name="report">Receives the figures.</param>
    public static IReadOnlyList<string> Judge(IReadOnlyList<ProcessSample> samples, string unit, Report report)
    {
        long work = samples[^1].Done;
        ProcessSample[] second = [.. samples.Where(sample => sample.Done > work / 4 && sample.Done <= work / 2)], last = [.. samples.Where(sample => sample.Done > work * 3 / 4)];
        if (Math.Min(second.Length, last.Length) < FewestSamples)
            return [$"too little to judge: {second.Length} and {last.Length} samples in the second and the last quarter; more work, or shorter --seconds between samples"];
        double between = Median(last, sample => sample.Done) - Median(second, sample => sample.Done);
        var grown = new List<string>();
        foreach (Figure figure in s_figures)
        {
            double before = Median(second, figure.Of), after = Median(last, figure.Of), growth = after - before;
            bool bytes = figure.AtLeast >= Megabyte;
            (double scale, string format, string shown) = bytes ? (1.0 / Megabyte, "F1", "MB") : (1, "F0", "");
            string change = $"from {(before * scale).ToString(format)}, {growth / between:F3} {(bytes ? "bytes " : "")}a {unit}";
            report.Add(figure.Name, figure.Key, after * scale, format, shown, change);
            report.Hide(figure.Key + "Before", before * scale);
            if (growth > Math.Max(figure.AtLeast, figure.Share * before))
                grown.Add($"{figure.Name} grew to {(after * scale).ToString(format)} {shown} {change}");
        }

        return grown;
    }

    private static double Median(ProcessSample[] samples, Func<ProcessSample, long> figure) => Interleaved.Median([.. samples.Select(sample => (double)figure(sample))]);

    /// <param name="Name">What it is, for people.</param>
    /// <param name="Key">Its key in the JSON object.</param>
    /// <param name="Of">Reads it.</param>
    /// <param name="Share">Growth that is tolerated, as a share of what was there.</param>
    /// <param name="AtLeast">Growth that is tolerated however little was there.</param>
    private sealed record Figure(string Name, string Key, Func<ProcessSample, long> Of, double Share, double AtLeast);
}
