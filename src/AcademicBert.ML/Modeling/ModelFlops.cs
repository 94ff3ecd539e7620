namespace AcademicBert.Modeling;

/// <summary>
/// Floating-point operations of training that any implementation needs: forward and backward of every matrix product, for real tokens,
/// the unpadded vocabulary and nothing recomputed.
/// </summary>
internal static class ModelFlops
{
    // A multiplication and an addition; forward once, and backward twice, for the gradients of inputs and of weights.
    private const double OfAProduct = 2 * 3;

    /// <summary>Operations of a pass over some samples.</summary>
    /// <param name="config">The model.</param>
    /// <param name="tokens">Real tokens.</param>
    /// <param name="squaredLengths">Sum of the squares of the samples' lengths: what attention works on.</param>
    /// <param name="masked">Masked tokens.</param>
    public static double OfTraining(BertConfig config, long tokens, long squaredLengths, long masked)
    {
        double hidden = config.HiddenSize;
        double layer = (4 * hidden * hidden + hidden * (config.InnerSize + config.IntermediateSize)) * tokens + 2 * hidden * squaredLengths;
        double head = (hidden * hidden + hidden * config.VocabularySize) * masked;
        return OfAProduct * (config.Layers * layer + head);
    }
}
