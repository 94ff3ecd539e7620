namespace AcademicBert.Native.Cpu;

/// <summary>The embedding tables, or their gradients, fp32.</summary>
/// <param name="Words">(V, H).</param>
/// <param name="Positions">(S, H).</param>
/// <param name="Segments">(T, H).</param>
public readonly record struct EmbeddingTables(nint Words, nint Positions, nint Segments);

public sealed unsafe partial class CpuKernels
{
    /// <summary>Sum of the three embeddings of each token, fp32.</summary>
    /// <param name="ids_R">Ids, int32.</param>
    /// <param name="types_R">Segments, int32; 0: all of segment 0.</param>
    /// <param name="tables">The tables.</param>
    /// <param name="sum_RH">Receives the sums.</param>
    /// <param name="block">The shape.</param>
    public void EmbeddingForward(nint ids_R, nint types_R, EmbeddingTables tables, nint sum_RH, RowBlock block) =>
        ((delegate* unmanaged<nint, nint, nint, nint, nint, nint, long, long, long, void>)_table.EmbeddingForward)(
            ids_R, types_R, tables.Words, tables.Positions, tables.Segments, sum_RH, block.Rows, block.RowsOfSample, block.Columns);

    /// <summary>Adds the gradient of the sums to those of the tables.</summary>
    public void EmbeddingBackward(nint ids_R, nint types_R, nint dsum_RH, EmbeddingTables gradients, RowBlock block) =>
        ((delegate* unmanaged<nint, nint, nint, nint, nint, nint, long, long, long, void>)_table.EmbeddingBackward)(
            ids_R, types_R, dsum_RH, gradients.Words, gradients.Positions, gradients.Segments, block.Rows, block.RowsOfSample, block.Columns);
}
