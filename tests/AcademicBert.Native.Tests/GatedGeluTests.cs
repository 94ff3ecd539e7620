namespace AcademicBert.Native.Tests;

[TestClass]
public sealed class GatedGeluTests
{
    [TestMethod]
    [DynamicData(nameof(Kernels.All), typeof(Kernels))]
    public void ForwardAndBackward_OddShapes_EqualTheFormulas(string variant, ElementType type)
    {
        IKernels kernels = Kernels.Load(variant);
        foreach ((int rows, int columns) in ((int, int)[])[(9, 1), (3, 24), (37, 100), (70, 256)])
        {
            int width = 2 * columns;
            using KernelMemory x = KernelMemory.Random(type, rows * width, 1, 4), bias = KernelMemory.Random(ElementType.Float32, width, 2), dy = KernelMemory.Random(type, rows * columns, 3);
            using KernelMemory y = new(type, rows * columns), dx = new(type, rows * width), dbias = KernelMemory.Random(ElementType.Float32, width, 4), scratch = new(ElementType.Float32, kernels.Chunks(width) * width);
            double[] before = dbias.Read(), biased = [.. x.Read().Select((value, i) => value + bias.Read()[i % width])], upstream = dy.Read();
            kernels.GatedGeluForward(type, x.Address, bias.Address, y.Address, rows, columns);
            kernels.GatedGeluBackward(type, dy.Address, x.Address, bias.Address, dx.Address, dbias.Address, scratch.Address, rows, columns);

            double[] expected = new double[rows * columns], gradient = new double[rows * width];
            for (int row = 0; row < rows; row++)
                for (int column = 0; column < columns; column++)
                {
                    int value = row * width + column, gate = value + columns, result = row * columns + column;
                    double v = biased[value], z = biased[gate], activated = z * Normal.Distribution(z);
                    expected[result] = v * activated;
                    gradient[value] = upstream[result] * activated;
                    gradient[gate] = upstream[result] * v * (Normal.Distribution(z) + z * Normal.Density(z));
                }

            Kernels.AssertClose(type, expected, y.Read(), "y");
            Kernels.AssertClose(type, gradient, dx.Read(), "dx");
            Kernels.AssertClose(ElementType.Float32, [.. Enumerable.Range(0, width).Select(c => before[c] + gradient.Where((_, i) => i % width == c).Sum())], dbias.Read(), "dbias", 4);
        }
    }

    [TestMethod]
    [DynamicData(nameof(Kernels.All), typeof(Kernels))]
    public void Forward_NotANumberInEitherHalf_StaysOne(string variant, ElementType type)
    {
        IKernels kernels = Kernels.Load(variant);
        using KernelMemory x = KernelMemory.Of(type, [double.NaN, 1, 1, 1, double.NaN, 1]), bias = KernelMemory.Zeros(6), y = new(type, 3);
        kernels.GatedGeluForward(type, x.Address, bias.Address, y.Address, 1, 3);
        Assert.AreSequenceEqual([true, true, false], y.Read().Select(double.IsNaN).ToArray());
    }
}
