using AcademicBert.Modeling;
using AcademicBert.Tensors;
using static TorchSharp.torch;

namespace AcademicBert.Scoring;

/// <summary>Runs inputs through a model without gradients or dropout: neighbours in length together, results in the order asked.</summary>
internal static class BatchedInference
{
    // Enough tokens to fill the matrix units, few enough that lengths in a group are alike and its activations stay in the cache.
    private const int TokensTogether = 1024;

    /// <summary>Computes a vector for each input.</summary>
    /// <param name="inputs">The inputs.</param>
    /// <param name="model">The model.</param>
    /// <param name="padId">Id of [PAD].</param>
    /// <param name="forward">From a batch to (B, W) fp32.</param>
    /// <returns>A vector of length W for each input.</returns>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    public static float[][] Run(IReadOnlyList<EncodedInput> inputs, BertModel model, int padId, Func<EncoderInput, Tensor> forward)
    {
        // Passes of a model share its memory; several prediction engines may share a model, and one may dispose it.
        lock (model)
        {
            ObjectDisposedException.ThrowIf(model.IsDisposed, model);
            return RunAlone(inputs, model, padId, forward);
        }
    }

    private static float[][] RunAlone(IReadOnlyList<EncodedInput> inputs, BertModel model, int padId, Func<EncoderInput, Tensor> forward)
    {
        using IDisposable frozen = no_grad();
        var results = new float[inputs.Count][];
        foreach (int[] group in Groups(inputs))
        {
            using var scope = NewDisposeScope();
            Tensor result_BW = forward(PaddedBatch.Of([.. group.Select(i => inputs[i])], padId, model.Device)).cpu().contiguous();
            Span<float> values = TensorMemory.Floats(result_BW);
            int width = (int)result_BW.shape[1];
            for (int row = 0; row < group.Length; row++)
                results[group[row]] = values.Slice(row * width, width).ToArray();
        }

        return results;
    }

    /// <summary>The batches inputs are computed in, by their indices.</summary>
    internal static IEnumerable<int[]> Groups(IReadOnlyList<EncodedInput> inputs)
    {
        var group = new List<int>();
        foreach (int row in Enumerable.Range(0, inputs.Count).OrderBy(i => inputs[i].Length))
        {
            if (group.Count > 0 && (group.Count + 1) * inputs[row].Length > TokensTogether)
            {
                yield return [.. group];
                group.Clear();
            }

            group.Add(row);
        }

        if (group.Count > 0)
            yield return [.. group];
    }
}
