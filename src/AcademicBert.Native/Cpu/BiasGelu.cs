namespace AcademicBert.Native.Cpu;

public sealed unsafe partial class CpuKernels
{
    /// <summary>y = GELU(x + bias), by erf.</summary>
    public void BiasGeluForward(ElementType type, nint x_RC, nint bias_C, nint y_RC, long rows, long columns) =>
        ((delegate* unmanaged<nint, nint, nint, long, long, void>)_table.BiasGeluForward[type])(x_RC, bias_C, y_RC, rows, columns);

    /// <summary>dx = dy GELU'(x + bias), which may overwrite dy; dbias += its column sums.</summary>
    /// <param name="type">Type of x, dy and dx.</param>
    /// <param name="dy_RC">Gradient of the result.</param>
    /// <param name="x_RC">What the forward pass got.</param>
    /// <param name="bias_C">The bias, fp32.</param>
    /// <param name="dx_RC">Receives the gradient of x.</param>
    /// <param name="dbias_C">Gradient of the bias, fp32.</param>
    /// <param name="scratch">Room for <see cref="Chunks"/> × C floats.</param>
    /// <param name="rows">R.</param>
    /// <param name="columns">C.</param>
    public void BiasGeluBackward(ElementType type, nint dy_RC, nint x_RC, nint bias_C, nint dx_RC, nint dbias_C, nint scratch, long rows, long columns) =>
        ((delegate* unmanaged<nint, nint, nint, nint, nint, nint, long, long, void>)_table.BiasGeluBackward[type])(dy_RC, x_RC, bias_C, dx_RC, dbias_C, scratch, rows, columns);
}
