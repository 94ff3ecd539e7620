using System.Runtime.InteropServices;

namespace AcademicBert.Native.Cuda;

public sealed unsafe partial class CudaKernels
{
    /// <inheritdoc/>
    public void GatedGeluForward(ElementType type, nint x_R2C, nint bias_2C, nint y_RC, long rows, long columns) =>
        Launch(_gatedGeluForward[type], ColumnGrid(columns, Math.Min(rows, RowTurns)), new GatedGeluArguments { X = x_R2C, Bias = bias_2C, Y = y_RC, Rows = rows, Columns = columns });

    /// <inheritdoc/>
    public void GatedGeluBackward(ElementType type, nint dy_RC, nint x_R2C, nint bias_2C, nint dx_R2C, nint dbias_2C, nint scratch, long rows, long columns)
    {
        long chunks = ChunksOf(rows, 2 * columns);
        Launch(_gatedGeluBackward[type], ColumnGrid(columns, chunks), new GatedGeluGradientArguments { Dy = dy_RC, X = x_R2C, Bias = bias_2C, Dx = dx_R2C, Partial = scratch, Rows = rows, Columns = columns });
        AddPartialSums(scratch, chunks, 2 * columns, dbias_2C);
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct GatedGeluArguments
    {
        public nint X, Bias, Y;
        public long Rows, Columns;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct GatedGeluGradientArguments
    {
        public nint Dy, X, Bias, Dx, Partial;
        public long Rows, Columns;
    }
}
