using System.Runtime.InteropServices;

namespace AcademicBert.Native.Cuda;

public sealed unsafe partial class CudaKernels
{
    private const int LossThreads = 512;

    /// <inheritdoc/>
    public void CrossEntropy(ElementType type, nint logits_NV, nint bias_V, nint targets_N, nint losses_N, long rows, long words, long stride, float gradientScale) =>
        Launch(_crossEntropy[type], new Grid(rows, 1, LossThreads), new CrossEntropyArguments
        {
            Logits = logits_NV, Bias = bias_V, Targets = targets_N, Losses = losses_N, Rows = rows, Words = words, Stride = stride, GradientScale = gradientScale,
        });

    /// <inheritdoc/>
    public void AddLosses(nint losses_N, nint sum, long count) => Launch(_lossSum, new Grid(1, 1, LossThreads), new LossSumArguments { Losses = losses_N, Into = sum, Count = count });

    [StructLayout(LayoutKind.Sequential)]
    private struct CrossEntropyArguments
    {
        public nint Logits, Bias, Targets, Losses;
        public long Rows, Words, Stride;
        public float GradientScale;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct LossSumArguments
    {
        public nint Losses, Into;
        public long Count;
    }
}
