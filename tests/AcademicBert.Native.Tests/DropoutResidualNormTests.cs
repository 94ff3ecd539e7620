namespace AcademicBert.Native.Tests;

[TestClass]
public sealed class DropoutResidualNormTests
{
    private const int RowsOfSample = 5;

    [TestMethod]
    [DynamicData(nameof(Kernels.All), typeof(Kernels))]
    public void ForwardAndBackward_EveryCombination_EqualTheFormulas(string variant, ElementType type)
    {
        IKernels kernels = Kernels.Load(variant);
        foreach ((int rows, int columns) in ((int, int)[])[(1, 24), (3, 7), (10, 100), (5, 131), (35, 300)])
            foreach (double probability in (double[])[0, 0.1])
                foreach (bool rootMeanSquare in (bool[])[false, true])
                    foreach (bool accumulate in (bool[])[false, true])
                        Check(kernels, type, rows, columns, probability, rootMeanSquare, accumulate);
    }

    private static void Check(IKernels kernels, ElementType type, int rows, int columns, double probability, bool rootMeanSquare, bool accumulate)
    {
        int count = rows * columns;
        var block = new RowBlock(rows, columns, RowsOfSample);
        var dropout = new DropoutDecisions(seed: 7, step: 3, site: 10, firstSample: 40, probability);
        double[] factors = Kernels.Factors(rows, columns, RowsOfSample, r => new DropoutRow(7, 3, (uint)(r % RowsOfSample), (uint)(40 + r / RowsOfSample), 10), probability);

        using KernelMemory x = KernelMemory.Random(type, count, 1), bias = KernelMemory.Random(ElementType.Float32, columns, 2), residual = KernelMemory.Random(ElementType.Float32, count, 3);
        using KernelMemory weight = KernelMemory.Random(ElementType.Float32, columns, 4), shift = KernelMemory.Random(ElementType.Float32, columns, 5);
        using KernelMemory sum = new(ElementType.Float32, count), normed = new(type, count), stream = new(ElementType.Float32, count), statistics = new(ElementType.Float32, rows * 2);
        var norm = new NormPointers(weight.Address, rootMeanSquare ? 0 : shift.Address, rootMeanSquare);
        kernels.ResidualNormForward(type, x.Address, bias.Address, residual.Address, sum.Address, norm, normed.Address, stream.Address, statistics.Address, block, dropout);

        double[] b = bias.Read(), w = weight.Read(), s = shift.Read();
        double[] expectedSum = [.. x.Read().Select((value, i) => (value + b[i % columns]) * factors[i] + residual.Read()[i])];
        (double[] normal, double[] inverse) = Normalize(expectedSum, columns, rootMeanSquare);
        Kernels.AssertClose(ElementType.Float32, expectedSum, sum.Read(), "sum");
        Kernels.AssertClose(type, [.. normal.Select((value, i) => value * w[i % columns] + (rootMeanSquare ? 0 : s[i % columns]))], normed.Read(), "normed");
        Assert.AreSequenceEqual(normed.Read(), [.. stream.Read().Select(value => KernelMemory.Rounded(type, value))]);

        using KernelMemory dnormed = KernelMemory.Random(type, count, 6), dstream = KernelMemory.Random(ElementType.Float32, count, 8), dsum = accumulate ? KernelMemory.Random(ElementType.Float32, count, 7) : new(ElementType.Float32, count), dx = new(type, count);
        using KernelMemory dbias = KernelMemory.Zeros(columns), dweight = KernelMemory.Zeros(columns), dshift = KernelMemory.Zeros(columns), scratch = new(ElementType.Float32, 3 * kernels.Chunks(columns) * columns);
        double[] incoming = accumulate ? dsum.Read() : new double[count], g = [.. dnormed.Read().Zip(dstream.Read(), (one, other) => one + other)];
        kernels.ResidualNormBackward(
            type, dnormed.Address, dstream.Address, sum.Address, statistics.Address, norm, dsum.Address, accumulate, dx.Address, dbias.Address,
            new NormPointers(dweight.Address, rootMeanSquare ? 0 : dshift.Address, rootMeanSquare), scratch.Address, block, dropout);

        double[] expected = new double[count];
        for (int r = 0; r < rows; r++)
        {
            int at = r * columns;
            double meanGradient = rootMeanSquare ? 0 : Enumerable.Range(at, columns).Average(i => g[i] * w[i - at]);
            double meanProduct = Enumerable.Range(at, columns).Average(i => g[i] * w[i - at] * normal[i]);
            for (int i = at; i < at + columns; i++)
                expected[i] = incoming[i] + (g[i] * w[i - at] - meanGradient - normal[i] * meanProduct) * inverse[r];
        }

        double[] expectedDx = [.. expected.Select((value, i) => value * factors[i])];
        Kernels.AssertClose(ElementType.Float32, expected, dsum.Read(), "dsum", 3);
        Kernels.AssertClose(type, expectedDx, dx.Read(), "dx", 3);
        Kernels.AssertClose(ElementType.Float32, Columns(expectedDx, columns), dbias.Read(), "dbias", 5);
        Kernels.AssertClose(ElementType.Float32, Columns([.. g.Zip(normal, (a, n) => a * n)], columns), dweight.Read(), "dweight", 5);
        if (!rootMeanSquare)
            Kernels.AssertClose(ElementType.Float32, Columns(g, columns), dshift.Read(), "dshift", 5);
    }

    [TestMethod]
    [DynamicData(nameof(Kernels.All), typeof(Kernels))]
    public void Forward_NoResidualNoNorm_IsDropoutOfTheBiasedInput(string variant, ElementType type)
    {
        IKernels kernels = Kernels.Load(variant);
        using KernelMemory x = KernelMemory.Random(type, 200, 1), sum = new(ElementType.Float32, 200);
        kernels.ResidualNormForward(type, x.Address, 0, 0, sum.Address, default, 0, 0, 0, new RowBlock(10, 20, 10), new DropoutDecisions(1, 2, 3, 4, 0.5));
        double[] factors = Kernels.Factors(10, 20, 10, r => new DropoutRow(1, 2, (uint)r, 4, 3), 0.5);
        Kernels.AssertClose(type, [.. x.Read().Select((value, i) => value * factors[i])], sum.Read(), "sum");
        using KernelMemory stream = new(ElementType.Float32, 200);
        kernels.StreamDropout(sum.Address, stream.Address, new RowBlock(10, 20, 10), new DropoutDecisions(1, 2, 3, 4, 0.5));
        Kernels.AssertClose(ElementType.Float32, [.. sum.Read().Select((value, i) => value * factors[i])], stream.Read(), "stream");
    }

    private static (double[] Normal, double[] Inverse) Normalize(double[] sum, int columns, bool rootMeanSquare)
    {
        double[] normal = new double[sum.Length], inverse = new double[sum.Length / columns];
        for (int r = 0; r < inverse.Length; r++)
        {
            double[] row = sum[(r * columns)..((r + 1) * columns)];
            double mean = rootMeanSquare ? 0 : row.Average();
            inverse[r] = 1 / Math.Sqrt(row.Average(value => (value - mean) * (value - mean)) + 1e-12);
            for (int c = 0; c < columns; c++)
                normal[r * columns + c] = (row[c] - mean) * inverse[r];
        }

        return (normal, inverse);
    }

    private static double[] Columns(double[] values, int columns) =>
        [.. Enumerable.Range(0, columns).Select(c => values.Where((_, i) => i % columns == c).Sum())];
}
