using AcademicBert.Pretraining;

namespace AcademicBert.Tests.Pretraining;

[TestClass]
public sealed class MicroBatchTests
{
    [TestMethod]
    [DataRow(4096, 5000, 4096)]
    [DataRow(4096, 4096, 4096)]
    [DataRow(4096, 300, 296)]   // 14 micro-batches of 293, rounded up to eights
    [DataRow(4096, 100, 100)]   // 41 of 100: 104 would not fit
    [DataRow(100, 64, 56)]
    [DataRow(100, 1, 1)]
    [DataRow(100, 0, 1)]
    public void Largest_SoManyFit_EvensThemOutOverTheBatch(int batch, int fitting, int expected) =>
        Assert.AreEqual(expected, MicroBatch.Largest(batch, rows => rows <= fitting));
}
