namespace AcademicBert.Native.Cpu;

public sealed unsafe partial class CpuKernels
{
    /// <inheritdoc/>
    /// <remarks>On a CPU matrix products and passes between them are as fast.</remarks>
    public bool FusesAttention(ElementType type, AttentionShape shape) => false;

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">Always.</exception>
    public void FusedAttentionForward(ElementType type, nint projected_R3H, nint bias_3H, nint lengths_B, nint context_RH, nint logsums_BAS, AttentionShape shape, DropoutDecisions dropout) =>
        throw new NotSupportedException("The CPU has no kernel for attention in one pass.");

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">Always.</exception>
    public void FusedAttentionBackward(
        ElementType type, nint projected_R3H, nint bias_3H, nint lengths_B, nint dcontext_RH, nint logsums_BAS, nint dprojected_R3H, AttentionShape shape, DropoutDecisions dropout) =>
        throw new NotSupportedException("The CPU has no kernel for attention in one pass.");

    /// <inheritdoc/>
    public void SplitHeads(ElementType type, nint projected, nint bias, nint heads, AttentionShape shape) =>
        ((delegate* unmanaged<nint, nint, nint, long, long, long, long, void>)_table.SplitHeads[type])(projected, bias, heads, shape.Batch, shape.Length, shape.Heads, shape.HeadSize);

    /// <inheritdoc/>
    public void MergeHeads(ElementType type, nint heads, nint merged, AttentionShape shape, int parts) =>
        ((delegate* unmanaged<nint, nint, long, long, long, long, long, void>)_table.MergeHeads[type])(heads, merged, shape.Batch, shape.Length, shape.Heads, shape.HeadSize, parts);

    /// <inheritdoc/>
    public void PartHeads(ElementType type, nint merged, nint heads, AttentionShape shape) =>
        ((delegate* unmanaged<nint, nint, long, long, long, long, void>)_table.PartHeads[type])(merged, heads, shape.Batch, shape.Length, shape.Heads, shape.HeadSize);
}
