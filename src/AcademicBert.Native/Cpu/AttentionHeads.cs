namespace AcademicBert.Native.Cpu;

public sealed unsafe partial class CpuKernels
{
    /// <summary>(B, S, 3, A, D) plus a bias (3, A, D) to (3, B, A, S, D): query, key and value of each head.</summary>
    public void SplitHeads(ElementType type, nint projected, nint bias, nint heads, AttentionShape shape) =>
        ((delegate* unmanaged<nint, nint, nint, long, long, long, long, void>)_table.SplitHeads[type])(projected, bias, heads, shape.Batch, shape.Length, shape.Heads, shape.HeadSize);

    /// <summary>(parts, B, A, S, D) to (B, S, parts, A, D).</summary>
    public void MergeHeads(ElementType type, nint heads, nint merged, AttentionShape shape, int parts) =>
        ((delegate* unmanaged<nint, nint, long, long, long, long, long, void>)_table.MergeHeads[type])(heads, merged, shape.Batch, shape.Length, shape.Heads, shape.HeadSize, parts);

    /// <summary>(B, S, A, D) to (B, A, S, D).</summary>
    public void PartHeads(ElementType type, nint merged, nint heads, AttentionShape shape) =>
        ((delegate* unmanaged<nint, nint, long, long, long, long, void>)_table.PartHeads[type])(merged, heads, shape.Batch, shape.Length, shape.Heads, shape.HeadSize);
}
