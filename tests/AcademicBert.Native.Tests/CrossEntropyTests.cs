namespace AcademicBert.Native.Tests;

[TestClass]
public sealed class CrossEntropyTests
{
    [TestMethod]
    [DynamicData(nameof(Kernels.All), typeof(Kernels))]
    public void CrossEntropy_PaddedVocabulary_GivesLossAndGradientOfTheRealWords(string variant, ElementType type)
    {
        IKernels kernels = Kernels.Load(variant);
        foreach ((int rows, int words, int stride) in ((int, int, int)[])[(1, 1, 1), (1, 6, 8), (3, 37, 37), (5, 101, 104), (40, 1000, 1000)])
            foreach (bool biased in (bool[])[false, true])
            {
                using KernelMemory logits = KernelMemory.Random(type, rows * stride, 1, 6), bias = KernelMemory.Random(ElementType.Float32, words, 2), losses = new(ElementType.Float32, rows);
                int[] targets = [.. Enumerable.Range(0, rows).Select(r => (r * 37 + words - 1) % words)];
                using KernelMemory ids = KernelMemory.Integers(targets);
                double[] raw = logits.Read(), b = bias.Read(), expected = new double[rows * stride];
                double loss = 0;
                for (int r = 0; r < rows; r++)
                {
                    double[] z = [.. Enumerable.Range(0, words).Select(v => raw[r * stride + v] + (biased ? b[v] : 0))];
                    double total = z.Sum(Math.Exp);
                    loss += Math.Log(total) - z[targets[r]];
                    for (int v = 0; v < words; v++)
                        expected[r * stride + v] = Math.Exp(z[v]) / total - (v == targets[r] ? 1 : 0);
                }

                using KernelMemory sum = KernelMemory.Zeros(2);
                kernels.CrossEntropy(type, logits.Address, biased ? bias.Address : 0, ids.Address, losses.Address, rows, words, stride, 1);
                kernels.AddLosses(losses.Address, sum.Address, rows);
                kernels.AddLosses(losses.Address, sum.Address, rows);
                Assert.AreEqual(loss, losses.Read().Sum(), 2e-6 * loss);
                Assert.AreEqual(2 * losses.Read().Sum(), sum.ReadDouble(), 1e-9);
                Kernels.AssertClose(type, expected, logits.Read(), "gradient");
            }
    }

    [TestMethod]
    [DynamicData(nameof(Kernels.All), typeof(Kernels))]
    public void CrossEntropy_HugeLogits_DoesNotOverflow(string variant, ElementType type)
    {
        IKernels kernels = Kernels.Load(variant);
        using KernelMemory logits = KernelMemory.Of(type, [1000, -1000, 500, 0, 0, 0, 0, 0]), ids = KernelMemory.Integers([0]), losses = new(ElementType.Float32, 1);
        kernels.CrossEntropy(type, logits.Address, 0, ids.Address, losses.Address, 1, 8, 8, 1);
        Assert.AreEqual(0, losses.Read()[0], 1e-6);
        Kernels.AssertClose(ElementType.Float32, [0, 0, 0, 0, 0, 0, 0, 0], logits.Read(), "gradient");
    }
}
