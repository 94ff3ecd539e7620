namespace AcademicBert.Native.Cpu;

public sealed unsafe partial class CpuKernels
{
    /// <inheritdoc/>
    public void ColumnSum(ElementType type, nint x_RC, nint into_C, nint scratch, long rows, long columns, long stride) =>
        ((delegate* unmanaged<nint, nint, nint, long, long, long, void>)_table.ColumnSum[type])(x_RC, into_C, scratch, rows, columns, stride);
}
