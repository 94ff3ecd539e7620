using AcademicBert.CudaEmulator;
using AcademicBert.Native.Cpu;
using AcademicBert.Native.Cuda;

namespace AcademicBert.Native.Tests;

/// <summary>The kernels under test: every instruction set this processor has, the CUDA ones under the emulator, and on a GPU; all their types.</summary>
internal static class Kernels
{
    /// <summary>Instruction set and type of each run of a kernel test.</summary>
    public static IEnumerable<object[]> All =>
        from variant in (string[])["avx512", "avx2", "plain", "emulator", "cuda"]
        from type in Enum.GetValues<ElementType>()
        where type != ElementType.Float16 || variant is "emulator" or "cuda"
        select new object[] { variant, type };

    /// <summary>The kernels of a variant; the test is skipped where there are none.</summary>
    public static IKernels Load(string variant) => variant is "emulator" or "cuda" ? LoadCuda(variant) : LoadCpu(variant);

    /// <summary>The CUDA kernels, emulated or on the first GPU.</summary>
    public static CudaKernels LoadCuda(string variant)
    {
        KernelMemory.IsManaged = variant == "cuda";
        if (variant == "cuda")
        {
            if (!CudaDevice.TryOpen(0, () => 0, out CudaDevice? gpu, out string missing))
                Assert.Inconclusive($"Skipped: {missing}.");
            return new CudaKernels(gpu);
        }

        if (!EmulatedDevice.TryOpen(out EmulatedDevice? emulator, out string reason))
            Assert.Inconclusive($"Skipped: {reason}.");
        return new CudaKernels(emulator);
    }

    private static CpuKernels LoadCpu(string variant)
    {
        KernelMemory.IsManaged = false;
        if (!CpuKernels.TryLoad(0, out CpuKernels? kernels, out string reason, variant))
            Assert.Inconclusive($"Skipped: {reason}.");
        return kernels;
    }

    /// <summary>Compares with double precision: fp32 within 3e-6 of the largest value, the others within their rounding.</summary>
    public static void AssertClose(ElementType type, double[] expected, double[] actual, string what, double factor = 1)
    {
        double largest = expected.Select(Math.Abs).DefaultIfEmpty(0).Max();
        double tolerance = factor * (type switch { ElementType.Float32 => 3e-6, ElementType.BFloat16 => 6e-3, _ => 1e-3 }) * Math.Max(largest, 1e-6);
        for (int i = 0; i < expected.Length; i++)
            if (!(Math.Abs(expected[i] - actual[i]) <= tolerance))
                Assert.Fail($"{what}[{i}] is {actual[i]:R}, expected {expected[i]:R} ± {tolerance:E1}.");
    }

    /// <summary>Dropout factors of a block of rows, by the definition.</summary>
    public static double[] Factors(long rows, int columns, long rowsOfSample, Func<long, DropoutRow> rowAt, double probability)
    {
        double[] factors = new double[rows * columns];
        float[] line = new float[columns];
        for (long r = 0; r < rows; r++)
        {
            PhiloxDropout.FillScales(line, rowAt(r), probability);
            for (int c = 0; c < columns; c++)
                factors[r * columns + c] = probability == 0 ? 1 : line[c];
        }

        return factors;
    }
}
