using AcademicBert.Native.Cpu;

namespace AcademicBert.Native.Tests.Cpu;

/// <summary>The kernels under test: every instruction set this processor has, both types.</summary>
internal static class Kernels
{
    /// <summary>Instruction set and type of each run of a kernel test.</summary>
    public static IEnumerable<object[]> All =>
        from variant in (string[])["avx512", "avx2", "plain"]
        from type in Enum.GetValues<ElementType>()
        select new object[] { variant, type };

    /// <summary>The kernels of an instruction set; the test is skipped where there are none.</summary>
    public static CpuKernels Load(string variant)
    {
        if (!CpuKernels.TryLoad(0, out CpuKernels? kernels, out string reason, variant))
            Assert.Inconclusive($"Skipped: {reason}.");
        return kernels;
    }

    /// <summary>Compares with double precision: fp32 within 3e-6 of the largest value, bf16 within its rounding.</summary>
    public static void AssertClose(ElementType type, double[] expected, double[] actual, string what, double factor = 1)
    {
        double largest = expected.Select(Math.Abs).DefaultIfEmpty(0).Max();
        double tolerance = factor * (type == ElementType.Float32 ? 3e-6 : 6e-3) * Math.Max(largest, 1e-6);
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
