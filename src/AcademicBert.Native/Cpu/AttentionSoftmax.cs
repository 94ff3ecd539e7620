namespace AcademicBert.Native.Cpu;

/// <summary>Shape of attention.</summary>
/// <param name="Batch">B.</param>
/// <param name="Heads">A.</param>
/// <param name="Length">S.</param>
/// <param name="HeadSize">D.</param>
public readonly record struct AttentionShape(long Batch, long Heads, long Length, long HeadSize)
{
    /// <summary>What scores are multiplied by: one over the root of the head size.</summary>
    public float Scale => (float)(1 / Math.Sqrt(HeadSize));
}

public sealed unsafe partial class CpuKernels
{
    /// <summary>Scores become probabilities in place: softmax of the scaled scores, 0 behind a sample's length.</summary>
    /// <param name="type">Type of scores and probabilities.</param>
    /// <param name="scores_BASS">Scores, then probabilities.</param>
    /// <param name="dropped_BASS">Receives the probabilities after dropout; 0 without dropout.</param>
    /// <param name="lengths_B">Real tokens of each sample, int32; 0: no sample is padded.</param>
    /// <param name="shape">The shape; S at most <see cref="LongestAttention"/>.</param>
    /// <param name="dropout">The decisions.</param>
    public void AttentionSoftmaxForward(ElementType type, nint scores_BASS, nint dropped_BASS, nint lengths_B, AttentionShape shape, DropoutDecisions dropout) =>
        ((delegate* unmanaged<nint, nint, nint, long, long, long, float, DropoutDecisions*, void>)_table.AttentionSoftmaxForward[type])(
            scores_BASS, dropped_BASS, lengths_B, shape.Batch, shape.Heads, shape.Length, shape.Scale, &dropout);

    /// <summary>The gradient of the dropped probabilities becomes that of the scores, in place; the dropped probabilities are made again.</summary>
    public void AttentionSoftmaxBackward(ElementType type, nint probabilities_BASS, nint gradient_BASS, nint dropped_BASS, AttentionShape shape, DropoutDecisions dropout) =>
        ((delegate* unmanaged<nint, nint, nint, long, long, long, float, DropoutDecisions*, void>)_table.AttentionSoftmaxBackward[type])(
            probabilities_BASS, gradient_BASS, dropped_BASS, shape.Batch, shape.Heads, shape.Length, shape.Scale, &dropout);
}
