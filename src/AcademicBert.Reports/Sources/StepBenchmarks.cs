using System.Text.Json;
using AcademicBert.Modeling;

namespace AcademicBert.Reports.Sources;

/// <summary>Results of <c>AcademicBert.Benchmarks -- step</c>: files whose last line is the JSON object that it prints last.</summary>
internal static class StepBenchmarks
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web);

    /// <summary>The throughput that the files of a folder tell; none where they are others.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="name">Its name in the report.</param>
    public static IReadOnlyList<Throughput> Read(string folder, string name) =>
        [.. Directory.GetFiles(folder, "*.json").Order(StringComparer.Ordinal).SelectMany(file => Of(file, $"{name}/{Path.GetFileNameWithoutExtension(file)}"))];

    private static IEnumerable<Throughput> Of(string file, string source)
    {
        if (Parse(File.ReadLines(file).LastOrDefault(line => line.Length > 0)) is not { } result)
            yield break;
        var shape = new BertConfig { Layers = result.Layers, HiddenSize = result.Hidden, Heads = result.Heads, IntermediateSize = result.FeedForward };
        yield return new Throughput(source, IsNaive: false, shape, result.Batch, result.Length, result.SamplesPerSecond);
        if (result.NaiveSamplesPerSecond is { } naive)
            yield return new Throughput(source, IsNaive: true, shape, result.Batch, result.Length, naive);
    }

    private static Result? Parse(string? line)
    {
        try
        {
            return line is null ? null : JsonSerializer.Deserialize<Result>(line, s_json);
        }
        catch (JsonException)
        {
            return null; // a file of something else
        }
    }

    private sealed record Result
    {
        public required int Layers { get; init; }

        public required int Hidden { get; init; }

        public required int Heads { get; init; }

        public required int FeedForward { get; init; }

        public required int Batch { get; init; }

        public required int Length { get; init; }

        public required double SamplesPerSecond { get; init; }

        public double? NaiveSamplesPerSecond { get; init; }
    }
}
