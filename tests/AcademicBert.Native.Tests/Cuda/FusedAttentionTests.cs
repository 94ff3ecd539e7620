using AcademicBert.Native.Cuda;

namespace AcademicBert.Native.Tests.Cuda;

[TestClass]
public sealed class FusedAttentionTests
{
    [TestMethod]
    [DataRow("emulator", ElementType.BFloat16)]
    [DataRow("emulator", ElementType.Float16)]
    [DataRow("cuda", ElementType.BFloat16)]
    [DataRow("cuda", ElementType.Float16)]
    public void ForwardAndBackward_PaddedAndDropped_EqualTheFormulas(string variant, ElementType type)
    {
        CudaKernels kernels = Kernels.LoadCuda(variant);
        if (!kernels.FusesAttention(type, new AttentionShape(1, 1, 128, 64)))
            Assert.Inconclusive($"Skipped: {kernels.Device.Name} has no tensor cores for it.");
        foreach ((int batch, int heads, int length) in ((int, int, int)[])[(2, 2, 128), (1, 3, 17), (2, 1, 1), (1, 1, 100)])
            foreach (double probability in (double[])[0, 0.1])
                Check(kernels, type, new AttentionShape(batch, heads, length, 64), probability);
    }

    [TestMethod]
    public void FusesAttention_OtherShapesAndTypes_IsFalse()
    {
        CudaKernels kernels = Kernels.LoadCuda("emulator");
        Assert.IsTrue(kernels.FusesAttention(ElementType.BFloat16, new AttentionShape(4, 4, 128, 64)));
        Assert.IsFalse(kernels.FusesAttention(ElementType.Float32, new AttentionShape(4, 4, 128, 64)));
        Assert.IsFalse(kernels.FusesAttention(ElementType.BFloat16, new AttentionShape(4, 4, 129, 64)));
        Assert.IsFalse(kernels.FusesAttention(ElementType.BFloat16, new AttentionShape(4, 4, 128, 32)));
    }

    private static void Check(CudaKernels kernels, ElementType type, AttentionShape shape, double probability)
    {
        const int size = 64;
        (int batch, int heads, int length) = ((int)shape.Batch, (int)shape.Heads, (int)shape.Length);
        int hidden = heads * size, rows = batch * length;
        int[] lengths = [.. Enumerable.Range(0, batch).Select(b => b == 0 ? length : 1 + length / 2)];
        var dropout = new DropoutDecisions(5, 6, 17, 100, probability);
        double[] factors = Kernels.Factors(
            batch * heads * length, length, length, r => new DropoutRow(5, 6, (uint)(r / length % heads * 65536 + r % length), (uint)(100 + r / (heads * length)), 17), probability);
        using KernelMemory projected = KernelMemory.Random(type, rows * 3 * hidden, 1, 2), bias = KernelMemory.Random(ElementType.Float32, 3 * hidden, 2), lengthsMemory = KernelMemory.Integers(lengths);
        using KernelMemory context = new(type, rows * hidden), logsums = new(ElementType.Float32, batch * heads * length), dcontext = KernelMemory.Random(type, rows * hidden, 3), dprojected = new(type, rows * 3 * hidden);
        kernels.FusedAttentionForward(type, projected.Address, bias.Address, lengthsMemory.Address, context.Address, logsums.Address, shape, dropout);
        kernels.FusedAttentionBackward(type, projected.Address, bias.Address, lengthsMemory.Address, dcontext.Address, logsums.Address, dprojected.Address, shape, dropout);

        double[] x = projected.Read(), b = bias.Read(), g = dcontext.Read(), expected = new double[rows * hidden], gradient = new double[rows * 3 * hidden];
        for (int sample = 0; sample < batch; sample++)
            for (int head = 0; head < heads; head++)
                for (int query = 0; query < length; query++)
                {
                    int visible = lengths[sample], row = ((sample * heads + head) * length + query) * length;
                    double[] p = [.. Enumerable.Range(0, visible).Select(key => Math.Exp(shape.Scale * Enumerable.Range(0, size).Sum(d => At(0, query, d) * At(1, key, d))))];
                    double total = p.Sum();
                    double[] dp = new double[visible];
                    for (int key = 0; key < visible; key++)
                    {
                        p[key] /= total;
                        for (int d = 0; d < size; d++)
                        {
                            expected[Context(query, d)] += p[key] * factors[row + key] * At(2, key, d);
                            dp[key] += g[Context(query, d)] * At(2, key, d) * factors[row + key];
                            gradient[Place(2, key, d)] += p[key] * factors[row + key] * g[Context(query, d)];
                        }
                    }

                    double product = p.Zip(dp, (one, other) => one * other).Sum();
                    for (int key = 0; key < visible; key++)
                        for (int d = 0; d < size; d++)
                        {
                            double score = p[key] * (dp[key] - product) * shape.Scale;
                            gradient[Place(0, query, d)] += score * At(1, key, d);
                            gradient[Place(1, key, d)] += score * At(0, query, d);
                        }

                    int Place(int part, int token, int d) => ((sample * length + token) * 3 + part) * hidden + head * size + d;

                    int Context(int token, int d) => (sample * length + token) * hidden + head * size + d;

                    double At(int part, int token, int d) => KernelMemory.Rounded(type, x[Place(part, token, d)] + b[part * hidden + head * size + d]);
                }

        // Probabilities and gradients of scores are rounded once more between the products.
        Kernels.AssertClose(type, expected, context.Read(), "context", 3);
        Kernels.AssertClose(type, gradient, dprojected.Read(), "gradient of the projections", 3);
    }
}
