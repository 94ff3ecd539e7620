namespace AcademicBert.Native.Cpu;

public sealed unsafe partial class CpuKernels
{
    /// <inheritdoc/>
    public void AttentionSoftmaxForward(ElementType type, nint scores_BASS, nint dropped_BASS, nint lengths_B, AttentionShape shape, DropoutDecisions dropout) =>
        ((delegate* unmanaged<nint, nint, nint, long, long, long, float, DropoutDecisions*, void>)_table.AttentionSoftmaxForward[type])(
            scores_BASS, dropped_BASS, lengths_B, shape.Batch, shape.Heads, shape.Length, shape.Scale, &dropout);

    /// <inheritdoc/>
    public void AttentionSoftmaxBackward(ElementType type, nint probabilities_BASS, nint gradient_BASS, nint dropped_BASS, AttentionShape shape, DropoutDecisions dropout) =>
        ((delegate* unmanaged<nint, nint, nint, long, long, long, float, DropoutDecisions*, void>)_table.AttentionSoftmaxBackward[type])(
            probabilities_BASS, gradient_BASS, dropped_BASS, shape.Batch, shape.Heads, shape.Length, shape.Scale, &dropout);
}
