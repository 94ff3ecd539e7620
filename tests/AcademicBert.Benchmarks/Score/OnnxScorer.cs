using System.Numerics.Tensors;
using AcademicBert.Benchmarks.Baseline;
using AcademicBert.Interop;
using AcademicBert.Modeling;
using AcademicBert.Scoring;
using AcademicBert.Training;
using Microsoft.ML.OnnxRuntime;

namespace AcademicBert.Benchmarks.Score;

/// <summary>ONNX Runtime on our export of a classifier of the same shape, in the batches ours makes: as many tokens together, sorted by length, padded to the longest.</summary>
internal sealed class OnnxScorer : IScorer
{
    private static readonly string[] s_inputs = ["input_ids", "attention_mask", "token_type_ids"], s_outputs = ["logits"];

    private readonly ClassifierSettings _settings;
    private readonly string _folder = Directory.CreateTempSubdirectory("academicbert-benchmark-").FullName;
    private readonly InferenceSession _session;

    public OnnxScorer(ClassifierSettings settings, OnnxPrecision precision)
    {
        (_settings, Precision) = (settings, precision);
        using (var bert = new PretrainedBert(BertModel.Create(settings.Config, HeadSpec.Classifier(2), seed: 1), settings.Tokenizer))
            OnnxFolder.Save(bert, Path.Combine(_folder, "model"), new OnnxOptions { Precision = precision });
        using var options = new SessionOptions { IntraOpNumThreads = settings.Threads, InterOpNumThreads = 1, GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL };
        _session = new InferenceSession(Path.Combine(_folder, "model", OnnxFolder.ModelFile), options);
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
        int length = batch.Max(input => input.Length);
        long[] ids = new long[batch.Length * length], mask = new long[ids.Length], types = new long[ids.Length], shape = [batch.Length, length];
        for (int row = 0; row < batch.Length; row++)
            for (int column = 0; column < batch[row].Length; column++)
                (ids[row * length + column], mask[row * length + column], types[row * length + column]) = (batch[row].Ids[column], 1, column >= batch[row].SecondStart ? 1 : 0);
        using OrtValue idsValue = OrtValue.CreateTensorValueFromMemory(ids, shape), maskValue = OrtValue.CreateTensorValueFromMemory(mask, shape), typesValue = OrtValue.CreateTensorValueFromMemory(types, shape);
        using var run = new RunOptions();
        using IDisposableReadOnlyCollection<OrtValue> results = _session.Run(run, s_inputs, [idsValue, maskValue, typesValue], s_outputs);
        float[] logits = results[0].GetTensorDataAsSpan<float>().ToArray();
        for (int row = 0; row < batch.Length; row++)
            TensorPrimitives.SoftMax(logits.AsSpan(2 * row, 2), logits.AsSpan(2 * row, 2));
        return logits;
    }
}
