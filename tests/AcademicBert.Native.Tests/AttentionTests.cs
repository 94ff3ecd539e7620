namespace AcademicBert.Native.Tests;

[TestClass]
public sealed class AttentionTests
{
    [TestMethod]
    [DynamicData(nameof(Kernels.All), typeof(Kernels))]
    public void SoftmaxForwardAndBackward_PaddedAndDropped_EqualTheFormulas(string variant, ElementType type)
    {
        IKernels kernels = Kernels.Load(variant);
        foreach ((int batch, int heads, int length) in ((int, int, int)[])[(1, 1, 1), (2, 3, 7), (3, 2, 130), (2, 1, 48), (1, 1, 300)])
            foreach (double probability in (double[])[0, 0.1])
                Check(kernels, type, new AttentionShape(batch, heads, length, 24), probability);
    }

    [TestMethod]
    [DynamicData(nameof(Kernels.All), typeof(Kernels))]
    public void Heads_SplitThenMerged_AreTheProjectionWithItsBias(string variant, ElementType type)
    {
        IKernels kernels = Kernels.Load(variant);
        foreach ((int batch, int heads, int length, int size) in ((int, int, int, int)[])[(1, 1, 1, 1), (2, 3, 5, 24), (3, 5, 2, 7), (1, 2, 9, 33)])
            CheckHeads(kernels, type, new AttentionShape(batch, heads, length, size));
    }

    private static void CheckHeads(IKernels kernels, ElementType type, AttentionShape shape)
    {
        (int heads, int length, int size) = ((int)shape.Heads, (int)shape.Length, (int)shape.HeadSize);
        int hidden = heads * size, rows = (int)shape.Batch * length;
        using KernelMemory projected = KernelMemory.Random(type, rows * 3 * hidden, 1), bias = KernelMemory.Random(ElementType.Float32, 3 * hidden, 2);
        using KernelMemory split = new(type, rows * 3 * hidden), merged = new(type, rows * 3 * hidden), parted = new(type, rows * hidden), single = new(type, rows * hidden);
        kernels.SplitHeads(type, projected.Address, bias.Address, split.Address, shape);
        double[] b = bias.Read(), h = split.Read(), p = projected.Read();
        double[] expected = [.. p.Select((value, i) => value + b[i % (3 * hidden)])];
        for (int part = 0; part < 3; part++)
            Kernels.AssertClose(type, [expected[((length - 1) * 3 + part + 1) * hidden - size]], [h[part * rows * hidden + (heads * length - 1) * size]], "element of the first sample's last token, last head");
        kernels.MergeHeads(type, split.Address, merged.Address, shape, 3);
        Kernels.AssertClose(type, expected, merged.Read(), "merged");
        kernels.MergeHeads(type, split.Address, single.Address, shape, 1);
        kernels.PartHeads(type, single.Address, parted.Address, shape);
        Assert.AreSequenceEqual(h[..(rows * hidden)], parted.Read());
    }

    private static void Check(IKernels kernels, ElementType type, AttentionShape shape, double probability)
    {
        (int batch, int heads, int length) = ((int)shape.Batch, (int)shape.Heads, (int)shape.Length);
        int rows = batch * heads * length, count = rows * length;
        int[] lengths = [.. Enumerable.Range(0, batch).Select(b => b == 0 ? length : 1 + length / 2)];
        var dropout = new DropoutDecisions(5, 6, 17, 100, probability);
        double[] factors = Kernels.Factors(rows, length, length, r => new DropoutRow(5, 6, (uint)(r / length % heads * 65536 + r % length), (uint)(100 + r / (heads * length)), 17), probability);

        using KernelMemory scores = KernelMemory.Random(type, count, 1, 20), dropped = new(type, count), lengthsMemory = KernelMemory.Integers(lengths);
        double[] raw = scores.Read();
        kernels.AttentionSoftmaxForward(type, scores.Address, probability > 0 ? dropped.Address : 0, lengthsMemory.Address, shape, dropout);
        double[] expected = new double[count];
        for (int r = 0; r < rows; r++)
        {
            int visible = lengths[r / (heads * length)];
            double[] e = [.. raw[(r * length)..(r * length + visible)].Select(value => Math.Exp(value * shape.Scale))];
            for (int c = 0; c < visible; c++)
                expected[r * length + c] = e[c] / e.Sum();
        }

        Kernels.AssertClose(type, expected, scores.Read(), "probabilities", 2);
        if (probability > 0)
            Kernels.AssertClose(type, [.. expected.Zip(factors, (p, f) => p * f)], dropped.Read(), "dropped", 2);

        using KernelMemory gradient = KernelMemory.Random(type, count, 2), again = new(type, count);
        double[] g = gradient.Read(), probabilities = scores.Read();
        kernels.AttentionSoftmaxBackward(type, scores.Address, gradient.Address, probability > 0 ? again.Address : 0, shape, dropout);
        double[] expectedGradient = new double[count];
        for (int r = 0; r < rows; r++)
        {
            double product = Enumerable.Range(r * length, length).Sum(i => probabilities[i] * g[i] * factors[i]);
            for (int i = r * length; i < (r + 1) * length; i++)
                expectedGradient[i] = probabilities[i] * (g[i] * factors[i] - product) * shape.Scale;
        }

        Kernels.AssertClose(type, expectedGradient, gradient.Read(), "gradient", 2);
        if (probability > 0)
            Assert.AreSequenceEqual([.. probabilities.Zip(factors, (p, f) => KernelMemory.Rounded(type, p * (float)f))], again.Read());
    }
}
