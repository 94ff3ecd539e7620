using AcademicBert.Modeling;
using AcademicBert.Scoring;
using Microsoft.ML.OnnxRuntime;

namespace AcademicBert.Tests.Interop;

/// <summary>An exported network, run by ONNX Runtime.</summary>
internal sealed class OnnxModel(string path) : IDisposable
{
    private readonly InferenceSession _session = new(path);

    /// <summary>Names of the inputs.</summary>
    public IEnumerable<string> Inputs => _session.InputMetadata.Keys;

    /// <summary>Names of the outputs.</summary>
    public IEnumerable<string> Outputs => _session.OutputMetadata.Keys;

    /// <summary>Runs a batch.</summary>
    /// <param name="output">The output to read.</param>
    /// <param name="ids">Token ids, one input a row; shorter rows are padded.</param>
    /// <param name="types">Segments, as long as the ids.</param>
    public float[] Run(string output, long[][] ids, long[][] types)
    {
        int length = ids.Max(row => row.Length);
        long[] shape = [ids.Length, length];
        using OrtValue inputIds = Make(ids), mask = Make([.. ids.Select(row => row.Select(_ => 1L).ToArray())]), tokenTypes = Make(types);
        using var options = new RunOptions();
        using IDisposableReadOnlyCollection<OrtValue> results = _session.Run(options, ["input_ids", "attention_mask", "token_type_ids"], [inputIds, mask, tokenTypes], [output]);
        return results[0].GetTensorDataAsSpan<float>().ToArray();

        OrtValue Make(long[][] rows) => OrtValue.CreateTensorValueFromMemory([.. rows.SelectMany(row => row.Concat(Enumerable.Repeat(0L, length - row.Length)))], shape);
    }

    public void Dispose() => _session.Dispose();
}
