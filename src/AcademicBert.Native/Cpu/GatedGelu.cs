namespace AcademicBert.Native.Cpu;

public sealed unsafe partial class CpuKernels
{
    /// <inheritdoc/>
    public void GatedGeluForward(ElementType type, nint x_R2C, nint bias_2C, nint y_RC, long rows, long columns) =>
        ((delegate* unmanaged<nint, nint, nint, long, long, void>)_table.GatedGeluForward[type])(x_R2C, bias_2C, y_RC, rows, columns);

    /// <inheritdoc/>
    public void GatedGeluBackward(ElementType type, nint dy_RC, nint x_R2C, nint bias_2C, nint dx_R2C, nint dbias_2C, nint scratch, long rows, long columns) =>
        ((delegate* unmanaged<nint, nint, nint, nint, nint, nint, long, long, void>)_table.GatedGeluBackward[type])(dy_RC, x_R2C, bias_2C, dx_R2C, dbias_2C, scratch, rows, columns);
}
