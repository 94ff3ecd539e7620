using AcademicBert.Distributed;

namespace AcademicBert.Tests.Distributed;

[TestClass]
public sealed class RankPartsTests
{
    [TestMethod]
    [DataRow(16L, 1)]
    [DataRow(16L, 7)]
    [DataRow(3_000_016L, 2)]
    [DataRow(3_000_016L, 3)]
    [DataRow(335_000_000L, 512)]
    [DataRow(335_000_000L, 1024)]
    public void Parts_AnyNumberOfRanks_CoverTheBufferOnceAndEndInItsRoom(long length, int ranks)
    {
        var parts = new RankParts(length, ranks, 4 << 20);
        long end = 0, owned = 0;
        for (int chunk = 0; chunk < parts.Chunks; chunk++)
        {
            Assert.AreEqual(end, parts.Begin(chunk));
            Assert.AreEqual(parts.Length(chunk), ranks * parts.PartLength(chunk), "equal parts");
            Assert.AreEqual(0, parts.PartLength(chunk) % 16, "aligned parts");
            Assert.AreEqual(owned, parts.OwnedBegin(chunk));
            end = parts.PartBegin(chunk, ranks - 1) + parts.PartLength(chunk);
            owned += parts.PartLength(chunk);
        }

        Assert.AreEqual(parts.OwnedLength, owned);
        Assert.IsGreaterThanOrEqualTo(length, end);
        Assert.IsLessThanOrEqualTo(length + 1024 * 16, end, "the room behind a flat buffer");
    }
}
