using System.Runtime.InteropServices;

namespace AcademicBert.Native.Cuda;

public sealed unsafe partial class CudaKernels
{
    private const int RowTurns = 1024;

    /// <inheritdoc/>
    public void BiasGeluForward(ElementType type, nint x_RC, nint bias_C, nint y_RC, long rows, long columns) =>
        Launch(_biasGeluForward[type], ColumnGrid(columns, Math.Min(rows, RowTurns)), new BiasGeluArguments { X = x_RC, Bias = bias_C, Y = y_RC, Rows = rows, Columns = columns });

    /// <inheritdoc/>
    public void BiasGeluBackward(ElementType type, nint dy_RC, nint x_RC, nint bias_C, nint dx_RC, nint dbias_C, nint scratch, long rows, long columns)
    {
        long chunks = ChunksOf(rows, columns);
        Launch(_biasGeluBackward[type], ColumnGrid(columns, chunks), new BiasGeluGradientArguments { Dy = dy_RC, X = x_RC, Bias = bias_C, Dx = dx_RC, Partial = scratch, Rows = rows, Columns = columns });
        AddPartialSums(scratch, chunks, columns, dbias_C);
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct BiasGeluArguments
    {
        public nint X, Bias, Y;
        public long Rows, Columns;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct BiasGeluGradientArguments
    {
        public nint Dy, X, Bias, Dx, Partial;
        public long Rows, Columns;
    }
}
