using System.Globalization;
using AcademicBert.Benchmarks.Baseline;
using Microsoft.ML;

namespace AcademicBert.Benchmarks.Score;

/// <summary>A prediction engine, row by row.</summary>
internal sealed class EngineScorer(PredictionEngine<TextRow, TextScore> engine) : IScorer
{
    public string Name => "ours: PredictionEngine, a row at a time";

    public string Key => "engine";

    public static TextRow Row(GlueRow row) => new() { Sentence1 = row.First, Sentence2 = row.Second ?? "", Label = row.Target.ToString(CultureInfo.InvariantCulture), Number = row.Target };

    public void Score(IReadOnlyList<GlueRow> rows)
    {
        foreach (GlueRow row in rows)
            engine.Predict(Row(row));
    }

    public void Dispose() => engine.Dispose();
}
