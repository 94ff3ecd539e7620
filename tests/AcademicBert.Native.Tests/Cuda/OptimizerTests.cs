using AcademicBert.Native.Cuda;

namespace AcademicBert.Native.Tests.Cuda;

[TestClass]
public sealed class OptimizerTests
{
    [TestMethod]
    [DataRow("emulator")]
    [DataRow("cuda")]
    public void AdamW_SomeDecay_EqualsTheFormula(string variant)
    {
        CudaKernels kernels = Kernels.LoadCuda(variant);
        const int count = 1003;
        using KernelMemory values = KernelMemory.Random(ElementType.Float32, count, 1), gradients = KernelMemory.Random(ElementType.Float32, count, 2);
        using KernelMemory first = KernelMemory.Random(ElementType.Float32, count, 3, 0.1), second = KernelMemory.Of(ElementType.Float32, [.. Enumerable.Range(0, count).Select(i => i % 7 * 0.01)]);
        using KernelMemory decays = KernelMemory.Integers([.. Enumerable.Range(0, count / 16 / 4 + 1).Select(i => i % 2 == 0 ? 0x01000001 : 0x00010100)]);
        double[] v = values.Read(), g = gradients.Read(), m = first.Read(), s = second.Read();
        AdamWStep decaying = new(0.5f, 0.9f, 0.98f, 1e-6f, 0.01f, 1.5f, 0.99f, 0.002f, 0.995f, 0.01f), other = new(0.5f, 0.9f, 0.98f, 1e-6f, 0.01f, 1.5f, 1, 0, 1, 0);
        kernels.AdamW(values.Address, gradients.Address, first.Address, second.Address, decays.Address, count, decaying, other);
        for (int i = 0; i < count; i++)
        {
            AdamWStep step = (i / 16 % 8) is 0 or 3 or 5 or 6 ? decaying : other;
            double gradient = g[i] * step.GradientScale + v[i] * step.DecayInGradient;
            m[i] = m[i] * step.Beta1 + gradient * (1 - step.Beta1);
            s[i] = s[i] * step.Beta2 + gradient * gradient * (1 - step.Beta2);
            v[i] = (v[i] * (step.DecayBefore - step.DecayInside) - m[i] / (Math.Sqrt(s[i]) * step.InverseRootCorrection2 + step.Epsilon) * step.StepSize) * step.DecayAfter;
        }

        Kernels.AssertClose(ElementType.Float32, v, values.Read(), "values");
        Kernels.AssertClose(ElementType.Float32, m, first.Read(), "first moments");
        Kernels.AssertClose(ElementType.Float32, s, second.Read(), "second moments");
    }

    [TestMethod]
    [DataRow("emulator")]
    [DataRow("cuda")]
    public void SquaredNorm_FiniteAndNot_IsTheSumOrNotFinite(string variant)
    {
        CudaKernels kernels = Kernels.LoadCuda(variant);
        double[] numbers = [.. Enumerable.Range(0, 5003).Select(i => Math.Sin(i))];
        using KernelMemory scratch = new(ElementType.Float32, 2 * CudaKernels.NormScratch);
        using (KernelMemory values = KernelMemory.Of(ElementType.Float32, numbers))
            Assert.AreEqual(values.Read().Sum(value => value * value), kernels.SquaredNorm(values.Address, numbers.Length, scratch.Address), 1e-9);
        foreach (double bad in (double[])[double.NaN, double.PositiveInfinity])
        {
            numbers[4321] = bad;
            using KernelMemory values = KernelMemory.Of(ElementType.Float32, numbers);
            Assert.IsFalse(double.IsFinite(kernels.SquaredNorm(values.Address, numbers.Length, scratch.Address)));
        }

        using (KernelMemory huge = KernelMemory.Of(ElementType.Float32, [1e30, 1e30]))
            Assert.AreEqual(2e60, kernels.SquaredNorm(huge.Address, 2, scratch.Address), 1e54, "squares beyond fp32 are no overflow");
    }
}
