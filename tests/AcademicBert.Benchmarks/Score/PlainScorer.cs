using AcademicBert.Benchmarks.Baseline;

namespace AcademicBert.Benchmarks.Score;

/// <summary>The plain TorchSharp model, a row at a time, padded to the full length.</summary>
internal sealed class PlainScorer(ClassifierSettings settings) : IScorer
{
    private readonly TorchSharpClassifier _model = new(settings.Config);

    public string Name => $"TorchSharp, a row at a time padded to {settings.Length}";

    public string Key => "plain";

    public void Score(IReadOnlyList<GlueRow> rows)
    {
        foreach (GlueRow row in rows)
            _model.Probabilities([settings.Encode(row)], settings.Length);
    }

    public void Dispose() => _model.Dispose();
}
