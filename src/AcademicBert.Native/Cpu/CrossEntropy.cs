namespace AcademicBert.Native.Cpu;

public sealed unsafe partial class CpuKernels
{
    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The scale is not 1.</exception>
    public void CrossEntropy(ElementType type, nint logits_NV, nint bias_V, nint targets_N, nint losses_N, long rows, long words, long stride, float gradientScale)
    {
        if (gradientScale != 1)
            throw new ArgumentException($"The CPU's types need no loss scale, but {gradientScale} is asked for.", nameof(gradientScale));
        ((delegate* unmanaged<nint, nint, nint, nint, long, long, long, double>)_table.CrossEntropy[type])(logits_NV, bias_V, targets_N, losses_N, rows, words, stride);
    }

    /// <inheritdoc/>
    public void AddLosses(nint losses_N, nint sum, long count)
    {
        double total = 0;
        for (long i = 0; i < count; i++)
            total += ((float*)losses_N)[i];
        *(double*)sum += total;
    }
}
