namespace AcademicBert.Native.Cpu;

public sealed unsafe partial class CpuKernels
{
    /// <summary>Sum of -log p(target); logits become the gradient of that sum in place.</summary>
    /// <param name="type">Type of the logits.</param>
    /// <param name="logits_NV">Logits; the columns from <paramref name="words"/> on are padding and become 0.</param>
    /// <param name="bias_V">What is added to the logits, fp32; 0: nothing.</param>
    /// <param name="targets_N">Ids, int32.</param>
    /// <param name="losses_N">Receives the loss of each row, fp32.</param>
    /// <param name="rows">N.</param>
    /// <param name="words">V.</param>
    /// <param name="stride">Elements from one row to the next.</param>
    public double CrossEntropy(ElementType type, nint logits_NV, nint bias_V, nint targets_N, nint losses_N, long rows, long words, long stride) =>
        ((delegate* unmanaged<nint, nint, nint, nint, long, long, long, double>)_table.CrossEntropy[type])(logits_NV, bias_V, targets_N, losses_N, rows, words, stride);
}
