namespace AcademicBert.Native;

/// <summary>Shape of a block of rows, and how many of them make a sample (dropout counts rows within one).</summary>
/// <param name="Rows">R.</param>
/// <param name="Columns">C.</param>
/// <param name="RowsOfSample">Rows of a sample.</param>
public readonly record struct RowBlock(long Rows, long Columns, long RowsOfSample);

/// <summary>A norm's parameters or their gradients, fp32. For RMSNorm the shift is 0.</summary>
/// <param name="Weight">Address of the weight, (C).</param>
/// <param name="Shift">Address of the bias, (C); 0 for RMSNorm.</param>
/// <param name="IsRootMeanSquare">Whether it is RMSNorm.</param>
public readonly record struct NormPointers(nint Weight, nint Shift, bool IsRootMeanSquare);

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

/// <summary>The embedding tables, or their gradients, fp32.</summary>
/// <param name="Words">(V, H).</param>
/// <param name="Positions">(S, H).</param>
/// <param name="Segments">(T, H).</param>
/// <param name="SegmentCount">T.</param>
public readonly record struct EmbeddingTables(nint Words, nint Positions, nint Segments, int SegmentCount);
