using AcademicBert.Benchmarks.Baseline;

namespace AcademicBert.Benchmarks.Score;

/// <summary>A way to score rows of text with a classifier of the same shape, from text to probabilities.</summary>
internal interface IScorer : IDisposable
{
    /// <summary>What it is, for people.</summary>
    string Name { get; }

    /// <summary>The start of its keys in the JSON object.</summary>
    string Key { get; }

    /// <summary>Scores all rows.</summary>
    void Score(IReadOnlyList<GlueRow> rows);
}
