namespace AcademicBert.Native.Tests;

[TestClass]
public sealed class BiasGeluTests
{
    [TestMethod]
    [DynamicData(nameof(Kernels.All), typeof(Kernels))]
    public void ForwardAndBackward_OddShapes_EqualTheFormulas(string variant, ElementType type)
    {
        IKernels kernels = Kernels.Load(variant);
        foreach ((int rows, int columns) in ((int, int)[])[(1, 1), (3, 24), (37, 100), (70, 256)])
        {
            using KernelMemory x = KernelMemory.Random(type, rows * columns, 1, 4), bias = KernelMemory.Random(ElementType.Float32, columns, 2), dy = KernelMemory.Random(type, rows * columns, 3);
            using KernelMemory y = new(type, rows * columns), dx = new(type, rows * columns), dbias = KernelMemory.Random(ElementType.Float32, columns, 4), scratch = new(ElementType.Float32, kernels.Chunks(columns) * columns);
            double[] before = dbias.Read(), z = [.. x.Read().Select((value, i) => value + bias.Read()[i % columns])];
            kernels.BiasGeluForward(type, x.Address, bias.Address, y.Address, rows, columns);
            kernels.BiasGeluBackward(type, dy.Address, x.Address, bias.Address, dx.Address, dbias.Address, scratch.Address, rows, columns);
            double[] gradient = [.. z.Zip(dy.Read(), (value, g) => g * (Normal.Distribution(value) + value * Normal.Density(value)))];
            Kernels.AssertClose(type, [.. z.Select(value => value * Normal.Distribution(value))], y.Read(), "y");
            Kernels.AssertClose(type, gradient, dx.Read(), "dx");
            Kernels.AssertClose(ElementType.Float32, [.. Enumerable.Range(0, columns).Select(c => before[c] + gradient.Where((_, i) => i % columns == c).Sum())], dbias.Read(), "dbias", 4);
        }
    }

    [TestMethod]
    [DynamicData(nameof(Kernels.All), typeof(Kernels))]
    public void Forward_ExtremeAndNonFinite_StaysRight(string variant, ElementType type)
    {
        IKernels kernels = Kernels.Load(variant);
        double[] inputs = [-100, -20, -0.0, 0, 1e-20, 20, 100, 3e38, double.NaN];
        using KernelMemory x = KernelMemory.Of(type, inputs), bias = KernelMemory.Zeros(inputs.Length), y = new(type, inputs.Length);
        kernels.BiasGeluForward(type, x.Address, bias.Address, y.Address, 1, inputs.Length);
        double[] result = y.Read();
        Assert.AreEqual(0, result[0], 1e-30);
        Assert.AreEqual(0, result[2]);
        Assert.AreEqual(100, result[6], 1e-9);
        Assert.IsTrue(double.IsNaN(result[^1]), "a NaN must not vanish");
    }
}
