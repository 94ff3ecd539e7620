using AcademicBert.Reports.Figures;

namespace AcademicBert.Reports.Tests.Figures;

[TestClass]
public sealed class PixelColumnsTests
{
    [TestMethod]
    public void Means_ManyPoints_AreTheMeanAndSpanOfEachColumn()
    {
        // Columns of width 2.25: 1, 2, 3 | 4, 5 | 6, 7 | 8, 9, 10.
        IReadOnlyList<Point> points = PixelColumns.Means([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [3, 6, 9, 1, 3, 5, 5, 2, 2, 8], 4);
        Assert.AreSequenceEqual([new Point(2, 6, 3, 9), new Point(4.5, 2, 1, 3), new Point(6.5, 5, 5, 5), new Point(9, 4, 2, 8)], points);
    }

    [TestMethod]
    public void Means_FewerPointsThanColumns_StayAsTheyAre() =>
        Assert.AreSequenceEqual([new Point(0, 5), new Point(1, 6), new Point(2, 7)], PixelColumns.Means([0, 1, 2], [5, 6, 7], 400));

    [TestMethod]
    public void Means_ValuesThatAreNotFinite_AreLeftOut() =>
        Assert.AreSequenceEqual([new Point(1, 2), new Point(5, 4)], PixelColumns.Means([0, 1, 4, 5], [double.NaN, 2, double.PositiveInfinity, 4], 2));

    [TestMethod]
    public void Means_SumBeyondWhatIsFinite_IsLeftOut() =>
        Assert.AreSequenceEqual([new Point(9, 4)], PixelColumns.Means([0, 1, 9], [double.MaxValue, double.MaxValue, 4], 2));

    [TestMethod]
    public void Means_ValueTooFarToDraw_IsLeftOut() =>
        Assert.AreSequenceEqual([new Point(1, 1e100), new Point(9, 4)], PixelColumns.Means([0, 1, 9], [-1e101, 1e100, 4], 9));

    [TestMethod]
    public void Means_EmptyColumns_AreLeftOut() =>
        Assert.AreSequenceEqual([new Point(0, 1), new Point(100, 2)], PixelColumns.Means([0, 100], [1, 2], 10));

    [TestMethod]
    public void Means_NoneOneOrAllInOnePlace_DoNotDivideByZero()
    {
        Assert.IsEmpty(PixelColumns.Means([], [], 4));
        Assert.AreSequenceEqual([new Point(3, 7)], PixelColumns.Means([3], [7], 4));
        Assert.AreSequenceEqual([new Point(3, 2, 1, 3)], PixelColumns.Means([3, 3], [1, 3], 4));
    }

    [TestMethod]
    public void Ranges_AMillionPoints_AreAtMostTheColumnsAndHoldAll()
    {
        double[] xs = [.. Enumerable.Range(0, 1_000_000).Select(i => Math.Sqrt(i))];
        (int Start, int End)[] ranges = [.. PixelColumns.Ranges(xs, 400)];
        Assert.HasCount(400, ranges);
        Assert.AreEqual(0, ranges[0].Start);
        Assert.AreEqual(xs.Length, ranges[^1].End);
        Assert.IsTrue(ranges.Zip(ranges.Skip(1)).All(pair => pair.First.End == pair.Second.Start));
    }
}
