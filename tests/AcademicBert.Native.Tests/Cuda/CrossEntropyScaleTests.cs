using AcademicBert.Native.Cuda;

namespace AcademicBert.Native.Tests.Cuda;

[TestClass]
public sealed class CrossEntropyScaleTests
{
    [TestMethod]
    [DataRow("emulator")]
    [DataRow("cuda")]
    public void CrossEntropy_LossScale_ScalesTheGradientAndNotTheLoss(string variant)
    {
        CudaKernels kernels = Kernels.LoadCuda(variant);
        using KernelMemory plain = KernelMemory.Random(ElementType.Float32, 64, 1, 4), scaled = KernelMemory.Random(ElementType.Float32, 64, 1, 4), ids = KernelMemory.Integers([3]);
        using KernelMemory losses = new(ElementType.Float32, 1), others = new(ElementType.Float32, 1);
        kernels.CrossEntropy(ElementType.Float32, plain.Address, 0, ids.Address, losses.Address, 1, 60, 64, 1);
        kernels.CrossEntropy(ElementType.Float32, scaled.Address, 0, ids.Address, others.Address, 1, 60, 64, 1024);
        Assert.AreSequenceEqual(losses.Read(), others.Read());
        Kernels.AssertClose(ElementType.Float32, [.. plain.Read().Select(value => value * 1024)], scaled.Read(), "gradient");
    }
}
