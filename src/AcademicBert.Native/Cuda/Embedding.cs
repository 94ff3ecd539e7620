using System.Runtime.InteropServices;

namespace AcademicBert.Native.Cuda;

public sealed unsafe partial class CudaKernels
{
    private const int PieceOfRows = 32;

    /// <inheritdoc/>
    public long EmbeddingScratch(RowBlock block, int segments) => block.Columns * Math.Max(2 * Count(block.Rows, PieceOfRows), segments * block.RowsOfSample);

    /// <inheritdoc/>
    public void EmbeddingForward(nint ids_R, nint types_R, EmbeddingTables tables, nint sum_RH, RowBlock block) =>
        Launch(_embeddingForward, RowGrid(block.Rows, block.Columns), new EmbeddingArguments
        {
            Ids = ids_R, Types = types_R, Words = tables.Words, Positions = tables.Positions, Segments = tables.Segments, Sum = sum_RH, Length = block.RowsOfSample, Columns = block.Columns,
        });

    /// <inheritdoc/>
    public void EmbeddingBackward(nint ids_R, nint types_R, nint order_R, nint dsum_RH, EmbeddingTables gradients, nint scratch, RowBlock block)
    {
        var words = new WordGradientArguments { Ids = ids_R, Order = order_R, Dsum = dsum_RH, Dwords = gradients.Words, Partial = scratch, Rows = block.Rows, Columns = block.Columns };
        Grid pieces = RowGrid(Count(block.Rows, PieceOfRows), block.Columns);
        Launch(_wordPieces, pieces, words);
        Launch(_wordEdges, pieces, words);

        int segments = types_R == 0 ? 1 : gradients.SegmentCount;
        long length = block.RowsOfSample, table = length * block.Columns;
        Launch(_embeddingPositions, RowGrid(length, block.Columns), new PositionGradientArguments
        {
            Types = types_R, Dsum = dsum_RH, Dpositions = gradients.Positions, Partial = scratch, Rows = block.Rows, Length = length, Columns = block.Columns, Segments = segments,
        });
        for (int segment = 0; segment < segments; segment++)
            AddPartialSums(scratch + (nint)(segment * table * sizeof(float)), length, block.Columns, gradients.Segments + (nint)(segment * block.Columns * sizeof(float)));
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct EmbeddingArguments
    {
        public nint Ids, Types, Words, Positions, Segments, Sum;
        public long Length, Columns;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct WordGradientArguments
    {
        public nint Ids, Order, Dsum, Dwords, Partial;
        public long Rows, Columns;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct PositionGradientArguments
    {
        public nint Types, Dsum, Dpositions, Partial;
        public long Rows, Length, Columns, Segments;
    }
}
