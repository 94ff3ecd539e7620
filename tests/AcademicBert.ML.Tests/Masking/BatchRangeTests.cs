using AcademicBert.Masking;

namespace AcademicBert.Tests.Masking;

[TestClass]
public sealed class BatchRangeTests
{
    [TestMethod]
    public void Plan_GlobalBatchesThatGrow_AreCutIntoMicroBatchesWithTheRestLast() =>
        Assert.AreSequenceEqual(
            [new(5, 4), new(9, 2), new(11, 4), new(15, 4), new(19, 4), new(23, 1)],
            BatchRange.Plan(5, start => start == 5 ? 6 : 13, microBatch: 4).Take(6));

    [TestMethod]
    public void Plan_MicroBatchesThatDivide_HasNoEmptyOne() =>
        Assert.AreSequenceEqual([new(0, 4), new(4, 4), new(8, 4)], BatchRange.Plan(0, _ => 8, microBatch: 4).Take(3));

    [TestMethod]
    [DataRow(0, 4L, 3)]
    [DataRow(1, 7L, 3)]
    [DataRow(2, 10L, 4)]
    public void Share_RowsThatDoNotDivide_DifferByOneAndFollowEachOther(int rank, long position, int rows) =>
        Assert.AreEqual(new BatchRange(position, rows), BatchRange.Share(4, 10, rank, 3));

    [TestMethod]
    public void Share_AsManyRowsAsAnIntHas_DoesNotOverflow() =>
        Assert.AreEqual(new BatchRange(1_610_612_735, 536_870_912), BatchRange.Share(0, int.MaxValue, 3, 4));

    [TestMethod]
    public void Plan_Rank_TakesItsShareOfEveryGlobalBatch() =>
        Assert.AreSequenceEqual([new(7, 3), new(17, 3), new(27, 3)], BatchRange.Plan(4, _ => 10, microBatch: 8, rank: 1, worldSize: 3).Take(3));
}
