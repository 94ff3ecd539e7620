namespace AcademicBert.Native.Cpu;

public sealed unsafe partial class CpuKernels
{
    /// <summary>into += column sums of x.</summary>
    /// <param name="type">Type of x.</param>
    /// <param name="x_RC">The matrix.</param>
    /// <param name="into_C">fp32.</param>
    /// <param name="scratch">Room for <see cref="Chunks"/> × C floats.</param>
    /// <param name="rows">R.</param>
    /// <param name="columns">C.</param>
    /// <param name="stride">Elements from one row to the next.</param>
    public void ColumnSum(ElementType type, nint x_RC, nint into_C, nint scratch, long rows, long columns, long stride) =>
        ((delegate* unmanaged<nint, nint, nint, long, long, long, void>)_table.ColumnSum[type])(x_RC, into_C, scratch, rows, columns, stride);
}
