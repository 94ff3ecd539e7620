using System.Numerics.Tensors;
using AcademicBert.Benchmarks.Baseline;
using AcademicBert.Interop;
using AcademicBert.Modeling;
using AcademicBert.Scoring;
using AcademicBert.Training;

namespace AcademicBert.Benchmarks.Score;

/// <summary>ONNX Runtime on our export of a classifier of the same shape, in the batches ours makes: as many tokens together, sorted by length, padded to the longest.</summary>
internal sealed class OnnxScorer : IScorer
{
    private readonly ClassifierSettings _settings;
    private readonly string _folder = Directory.CreateTempSubdirectory("academicbert-benchmark-").FullName;
    private readonly OnnxSession _session;

    public OnnxScorer(ClassifierSettings settings, OnnxPrecision precision)
    {
        (_settings, Precision) = (settings, precision);
        using (var bert = new PretrainedBert(BertModel.Create(settings.Config, HeadSpec.Classifier(2), seed: 1), settings.Tokenizer))
            OnnxFolder.Save(bert, Path.Combine(_folder, "model"), new OnnxOptions { Precision = precision });
        _session = new OnnxSession(Path.Combine(_folder, "model", OnnxFolder.ModelFile), settings.Threads);
    }

    /// <summary>What the network computes with.</summary>
    public OnnxPrecision Precision { get; }

    public string Name => $"ONNX Runtime, {Precision}, in our batches";

    public string Key => "onnx" + Precision;

    public void Score(IReadOnlyList<GlueRow> rows)
    {
        EncodedInput[] inputs = [.. rows.Select(_settings.Encode)];
        foreach (int[] group in BatchedInference.Groups(inputs))
            Probabilities([.. group.Select(row => inputs[row])]);
    }

    public void Dispose()
    {
        _session.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private float[] Probabilities(EncodedInput[] batch)
    {
        float[] logits = _session.Logits(batch);
        for (int row = 0; row < batch.Length; row++)
            TensorPrimitives.SoftMax(logits.AsSpan(2 * row, 2), logits.AsSpan(2 * row, 2));
        return logits;
    }
}
