namespace AcademicBert.Native.Tests;

[TestClass]
public sealed class ConversionTests
{
    [TestMethod]
    [DynamicData(nameof(Kernels.All), typeof(Kernels))]
    public void Round_AnyValue_RoundsToNearestEvenAndKeepsNaN(string variant, ElementType type)
    {
        IKernels kernels = Kernels.Load(variant);
        double[] special = [0, -0.0, 1, 1 + 1.0 / 256, 1 + 3.0 / 256, -1 - 1.0 / 256, 1 + 1.0 / 2048, 1 + 3.0 / 2048, 65519, 65520, 6.1e-5, 3e-8, -1e-7, 3.4e38, float.PositiveInfinity, float.NegativeInfinity, double.NaN, 1e-40];
        var random = new Random(1);
        double[] values = [.. special, .. Enumerable.Range(0, 90).Select(_ => (random.NextDouble() - 0.5) * 1e6)];
        using KernelMemory from = KernelMemory.Of(ElementType.Float32, values), to = new(type, values.Length);
        kernels.Round(type, from.Address, to.Address, values.Length);
        Assert.AreSequenceEqual([.. from.Read().Select(value => KernelMemory.Rounded(type, value))], to.Read());
    }

    [TestMethod]
    [DynamicData(nameof(Kernels.All), typeof(Kernels))]
    public void AddIntoColumnSumGatherAndScatter_OddSizes_EqualTheFormulas(string variant, ElementType type)
    {
        IKernels kernels = Kernels.Load(variant);
        foreach ((int rows, int columns, int summed) in ((int, int, int)[])[(1, 1, 1), (70, 29, 20), (3, 131, 131)])
            Check(kernels, type, rows, columns, summed);
    }

    private static void Check(IKernels kernels, ElementType type, int rows, int columns, int summed)
    {
        using KernelMemory x = KernelMemory.Random(type, rows * columns, 1), into = KernelMemory.Random(ElementType.Float32, rows * columns, 2);
        double[] a = x.Read(), before = into.Read();
        kernels.AddInto(type, x.Address, into.Address, rows * columns);
        Kernels.AssertClose(ElementType.Float32, [.. a.Zip(before, (left, right) => left + right)], into.Read(), "added");

        using KernelMemory sums = KernelMemory.Zeros(summed), scratch = new(ElementType.Float32, kernels.Chunks(summed) * summed);
        kernels.ColumnSum(type, x.Address, sums.Address, scratch.Address, rows, summed, columns);
        Kernels.AssertClose(ElementType.Float32, [.. Enumerable.Range(0, summed).Select(c => Enumerable.Range(0, rows).Sum(r => a[r * columns + c]))], sums.Read(), "sums", 5);

        int[] positions = [.. ((int[])[3, 0, rows - 1, 10]).Where(row => row < rows).Distinct()];
        using KernelMemory at = KernelMemory.Integers(positions), gathered = new(type, positions.Length * columns), scattered = new(type, rows * columns);
        kernels.GatherRows(type, x.Address, at.Address, gathered.Address, positions.Length, columns);
        Assert.AreSequenceEqual([.. positions.SelectMany(r => a[(r * columns)..((r + 1) * columns)])], gathered.Read());
        kernels.ScatterRows(type, gathered.Address, at.Address, scattered.Address, positions.Length, rows, columns);
        Assert.AreSequenceEqual([.. a.Select((value, i) => positions.Contains(i / columns) ? value : 0)], scattered.Read());
    }
}
