using AcademicBert.Native.Cpu;

namespace AcademicBert.Native.Tests.Cpu;

[TestClass]
public sealed class EmbeddingTests
{
    [TestMethod]
    [DataRow("avx512")]
    [DataRow("avx2")]
    [DataRow("plain")]
    public void ForwardAndBackward_RepeatedWords_EqualTheFormulas(string variant)
    {
        CpuKernels kernels = Kernels.Load(variant);
        const int rows = 12, length = 6, columns = 40, words = 9;
        int[] ids = [.. Enumerable.Range(0, rows).Select(r => r * 5 % 4)], types = [.. Enumerable.Range(0, rows).Select(r => r % length / 3)];
        using KernelMemory idMemory = KernelMemory.Integers(ids), typeMemory = KernelMemory.Integers(types), sum = new(ElementType.Float32, rows * columns);
        using KernelMemory w = KernelMemory.Random(ElementType.Float32, words * columns, 1), p = KernelMemory.Random(ElementType.Float32, length * columns, 2), t = KernelMemory.Random(ElementType.Float32, 2 * columns, 3);
        var block = new RowBlock(rows, columns, length);
        kernels.EmbeddingForward(idMemory.Address, typeMemory.Address, new EmbeddingTables(w.Address, p.Address, t.Address), sum.Address, block);
        Kernels.AssertClose(
            ElementType.Float32,
            [.. Enumerable.Range(0, rows * columns).Select(i => (i / columns, i % columns)).Select(at => w.Read()[ids[at.Item1] * columns + at.Item2] + p.Read()[at.Item1 % length * columns + at.Item2] + t.Read()[types[at.Item1] * columns + at.Item2])],
            sum.Read(), "sum");

        using KernelMemory dsum = KernelMemory.Random(ElementType.Float32, rows * columns, 4), dw = KernelMemory.Zeros(words * columns), dp = KernelMemory.Zeros(length * columns), dt = KernelMemory.Zeros(2 * columns);
        kernels.EmbeddingBackward(idMemory.Address, typeMemory.Address, dsum.Address, new EmbeddingTables(dw.Address, dp.Address, dt.Address), block);
        double[] g = dsum.Read();
        Kernels.AssertClose(ElementType.Float32, Scattered(words, r => ids[r]), dw.Read(), "dwords", 3);
        Kernels.AssertClose(ElementType.Float32, Scattered(length, r => r % length), dp.Read(), "dpositions", 3);
        Kernels.AssertClose(ElementType.Float32, Scattered(2, r => types[r]), dt.Read(), "dsegments", 3);

        double[] Scattered(int entries, Func<int, int> entryOf)
        {
            double[] result = new double[entries * columns];
            for (int i = 0; i < rows * columns; i++)
                result[entryOf(i / columns) * columns + i % columns] += g[i];
            return result;
        }
    }
}
