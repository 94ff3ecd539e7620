namespace AcademicBert.Native.Cpu;

public sealed unsafe partial class CpuKernels
{
    /// <inheritdoc/>
    public void EmbeddingForward(nint ids_R, nint types_R, EmbeddingTables tables, nint sum_RH, RowBlock block) =>
        ((delegate* unmanaged<nint, nint, nint, nint, nint, nint, long, long, long, void>)_table.EmbeddingForward)(
            ids_R, types_R, tables.Words, tables.Positions, tables.Segments, sum_RH, block.Rows, block.RowsOfSample, block.Columns);

    /// <inheritdoc/>
    public void EmbeddingBackward(nint ids_R, nint types_R, nint order_R, nint dsum_RH, EmbeddingTables gradients, nint scratch, RowBlock block) =>
        ((delegate* unmanaged<nint, nint, nint, nint, nint, nint, long, long, long, void>)_table.EmbeddingBackward)(
            ids_R, types_R, dsum_RH, gradients.Words, gradients.Positions, gradients.Segments, block.Rows, block.RowsOfSample, block.Columns);
}
