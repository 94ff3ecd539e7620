namespace AcademicBert.Native.Tests;

[TestClass]
public sealed class NoRowsTests
{
    private const int Columns = 24;

    /// <summary>As in a micro-batch without a masked token.</summary>
    [TestMethod]
    [DynamicData(nameof(Kernels.All), typeof(Kernels))]
    public void Kernels_NoRows_LeaveGradientsAndLossAsTheyAre(string variant, ElementType type)
    {
        IKernels kernels = Kernels.Load(variant);
        using KernelMemory none = new(type, 0), noFloats = new(ElementType.Float32, 0), noIds = KernelMemory.Integers([]), weight = KernelMemory.Random(ElementType.Float32, Columns, 1);
        using KernelMemory gradient = KernelMemory.Random(ElementType.Float32, Columns, 2), other = KernelMemory.Random(ElementType.Float32, Columns, 3), scratch = new(ElementType.Float32, 3 * kernels.Chunks(Columns) * Columns);
        using KernelMemory loss = KernelMemory.Zeros(2), rows = KernelMemory.Random(type, 3 * Columns, 4);
        double[] before = gradient.Read(), otherBefore = other.Read();
        var block = new RowBlock(0, Columns, 1);
        NormPointers norm = new(weight.Address, weight.Address, false), gradients = new(gradient.Address, other.Address, false);

        kernels.BiasGeluForward(type, none.Address, weight.Address, none.Address, 0, Columns);
        kernels.BiasGeluBackward(type, none.Address, none.Address, weight.Address, none.Address, gradient.Address, scratch.Address, 0, Columns);
        kernels.GatedGeluForward(type, none.Address, weight.Address, none.Address, 0, Columns / 2);
        kernels.GatedGeluBackward(type, none.Address, none.Address, weight.Address, none.Address, gradient.Address, scratch.Address, 0, Columns / 2);
        kernels.ResidualNormForward(type, none.Address, weight.Address, noFloats.Address, noFloats.Address, norm, none.Address, noFloats.Address, noFloats.Address, block, DropoutDecisions.None);
        kernels.ResidualNormBackward(
            type, none.Address, noFloats.Address, noFloats.Address, noFloats.Address, norm, noFloats.Address, false, none.Address, other.Address, gradients, scratch.Address, block, DropoutDecisions.None);
        kernels.StreamDropout(noFloats.Address, noFloats.Address, block, new DropoutDecisions(1, 2, 3, 4, 0.5));
        kernels.CrossEntropy(type, none.Address, weight.Address, noIds.Address, noFloats.Address, 0, Columns, Columns, 1);
        kernels.AddLosses(noFloats.Address, loss.Address, 0);
        kernels.ColumnSum(type, none.Address, gradient.Address, scratch.Address, 0, Columns, Columns);
        kernels.AddInto(type, none.Address, noFloats.Address, 0);
        kernels.Round(type, noFloats.Address, none.Address, 0);
        kernels.GatherRows(type, rows.Address, noIds.Address, none.Address, 0, Columns);
        kernels.ScatterRows(type, none.Address, noIds.Address, rows.Address, 0, 3, Columns);

        Assert.AreSequenceEqual(before, gradient.Read());
        Assert.AreSequenceEqual(otherBefore, other.Read());
        Assert.AreEqual(0, loss.ReadDouble());
        Assert.AreSequenceEqual(new double[3 * Columns], rows.Read());
    }
}
