namespace AcademicBert.Native.Cpu;

public sealed unsafe partial class CpuKernels
{
    /// <inheritdoc/>
    public void BiasGeluForward(ElementType type, nint x_RC, nint bias_C, nint y_RC, long rows, long columns) =>
        ((delegate* unmanaged<nint, nint, nint, long, long, void>)_table.BiasGeluForward[type])(x_RC, bias_C, y_RC, rows, columns);

    /// <inheritdoc/>
    public void BiasGeluBackward(ElementType type, nint dy_RC, nint x_RC, nint bias_C, nint dx_RC, nint dbias_C, nint scratch, long rows, long columns) =>
        ((delegate* unmanaged<nint, nint, nint, nint, nint, nint, long, long, void>)_table.BiasGeluBackward[type])(dy_RC, x_RC, bias_C, dx_RC, dbias_C, scratch, rows, columns);
}
