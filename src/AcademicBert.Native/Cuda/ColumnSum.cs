using System.Runtime.InteropServices;

namespace AcademicBert.Native.Cuda;

public sealed unsafe partial class CudaKernels
{
    private const int PartialSumThreads = 512, PartialSumColumns = 32;

    /// <inheritdoc/>
    public void ColumnSum(ElementType type, nint x_RC, nint into_C, nint scratch, long rows, long columns, long stride)
    {
        long chunks = ChunksOf(rows, columns);
        Launch(_columnSum[type], ColumnGrid(columns, chunks), new ColumnSumArguments { X = x_RC, Partial = scratch, Rows = rows, Columns = columns, Stride = stride });
        AddPartialSums(scratch, chunks, columns, into_C);
    }

    // A thread should have some rows to add up, or there are as many partial sums as rows.
    private long ChunksOf(long rows, long columns) => Math.Clamp(Count(rows, 4), 1, Chunks(columns));

    private void AddPartialSums(nint partial, long chunks, long columns, nint into, nint into1 = 0, nint into2 = 0) =>
        Launch(_partialSum, new Grid(Count(columns, PartialSumColumns), into2 != 0 ? 3 : into1 != 0 ? 2 : 1, PartialSumThreads), new PartialSumArguments { Partial = partial, Into0 = into, Into1 = into1, Into2 = into2, Chunks = chunks, Columns = columns });

    [StructLayout(LayoutKind.Sequential)]
    private struct ColumnSumArguments
    {
        public nint X, Partial;
        public long Rows, Columns, Stride;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct PartialSumArguments
    {
        public nint Partial, Into0, Into1, Into2;
        public long Chunks, Columns;
    }
}
