namespace AcademicBert.Native.Tests;

[TestClass]
public sealed class EmbeddingTests
{
    [TestMethod]
    [DataRow("avx512")]
    [DataRow("avx2")]
    [DataRow("plain")]
    [DataRow("emulator")]
    [DataRow("cuda")]
    public void ForwardAndBackward_RepeatedWords_EqualTheFormulas(string variant)
    {
        IKernels kernels = Kernels.Load(variant);
        foreach ((int rows, int length, int columns) in ((int, int, int)[])[(1, 1, 7), (12, 6, 40), (200, 20, 300), (64, 32, 30)])
            Check(kernels, rows, length, columns);
    }

    private static void Check(IKernels kernels, int rows, int length, int columns)
    {
        // Some words are everywhere, so that their rows fill several pieces of the sorted order, others come once.
        const int words = 50;
        int[] ids = [.. Enumerable.Range(0, rows).Select(r => r % 3 == 0 ? 7 : r % 3 == 1 ? 9 : r * 5 % words)], types = [.. Enumerable.Range(0, rows).Select(r => 2 * (r % length) / length)];
        using KernelMemory idMemory = KernelMemory.Integers(ids), typeMemory = KernelMemory.Integers(types), sum = new(ElementType.Float32, rows * columns);
        using KernelMemory w = KernelMemory.Random(ElementType.Float32, words * columns, 1), p = KernelMemory.Random(ElementType.Float32, length * columns, 2), t = KernelMemory.Random(ElementType.Float32, 2 * columns, 3);
        var block = new RowBlock(rows, columns, length);
        kernels.EmbeddingForward(idMemory.Address, typeMemory.Address, new EmbeddingTables(w.Address, p.Address, t.Address, 2), sum.Address, block);
        double[] word = w.Read(), position = p.Read(), segment = t.Read();
        Kernels.AssertClose(
            ElementType.Float32,
            [.. Enumerable.Range(0, rows * columns).Select(i => (i / columns, i % columns)).Select(at => word[ids[at.Item1] * columns + at.Item2] + position[at.Item1 % length * columns + at.Item2] + segment[types[at.Item1] * columns + at.Item2])],
            sum.Read(), "sum");

        using KernelMemory dsum = KernelMemory.Random(ElementType.Float32, rows * columns, 4), dw = KernelMemory.Zeros(words * columns), dp = KernelMemory.Zeros(length * columns), dt = KernelMemory.Zeros(2 * columns);
        using KernelMemory order = KernelMemory.Integers([.. Enumerable.Range(0, rows).OrderBy(r => ids[r])]), scratch = new(ElementType.Float32, kernels.EmbeddingScratch(block, 2));
        kernels.EmbeddingBackward(idMemory.Address, typeMemory.Address, order.Address, dsum.Address, new EmbeddingTables(dw.Address, dp.Address, dt.Address, 2), scratch.Address, block);
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
