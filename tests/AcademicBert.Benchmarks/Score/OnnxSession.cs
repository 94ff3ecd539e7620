using AcademicBert.Scoring;
using Microsoft.ML.OnnxRuntime;

namespace AcademicBert.Benchmarks.Score;

/// <summary>ONNX Runtime on an exported classifier.</summary>
internal sealed class OnnxSession : IDisposable
{
    private static readonly string[] s_inputs = ["input_ids", "attention_mask", "token_type_ids"], s_outputs = ["logits"];

    private readonly InferenceSession _session;

    /// <param name="model">The network.</param>
    /// <param name="threads">Threads of an operation.</param>
    public OnnxSession(string model, int threads)
    {
        using var options = new SessionOptions { IntraOpNumThreads = threads, InterOpNumThreads = 1, GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL };
        _session = new InferenceSession(model, options);
    }

    /// <summary>The logits of a batch, row after row; shorter rows are padded.</summary>
    public float[] Logits(IReadOnlyList<EncodedInput> batch)
    {
        int length = batch.Max(input => input.Length);
        long[] ids = new long[batch.Count * length], mask = new long[ids.Length], types = new long[ids.Length], shape = [batch.Count, length];
        for (int row = 0; row < batch.Count; row++)
            for (int column = 0; column < batch[row].Length; column++)
                (ids[row * length + column], mask[row * length + column], types[row * length + column]) = (batch[row].Ids[column], 1, column >= batch[row].SecondStart ? 1 : 0);
        using OrtValue idsValue = OrtValue.CreateTensorValueFromMemory(ids, shape), maskValue = OrtValue.CreateTensorValueFromMemory(mask, shape), typesValue = OrtValue.CreateTensorValueFromMemory(types, shape);
        using var run = new RunOptions();
        using IDisposableReadOnlyCollection<OrtValue> results = _session.Run(run, s_inputs, [idsValue, maskValue, typesValue], s_outputs);
        return results[0].GetTensorDataAsSpan<float>().ToArray();
    }

    public void Dispose() => _session.Dispose();
}
