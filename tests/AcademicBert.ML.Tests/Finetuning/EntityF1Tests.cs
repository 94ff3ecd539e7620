using AcademicBert.Finetuning;

namespace AcademicBert.Tests.Finetuning;

[TestClass]
public sealed class EntityF1Tests
{
    [TestMethod]
    public void Entities_Bio_EndWhereAnotherBeginsOrTheKindChanges() =>
        Assert.AreSequenceEqual(
            [("PER", 0, 2), ("PER", 2, 3), ("LOC", 3, 4), ("ORG", 5, 7)],
            EntityF1.Entities(["B-PER", "I-PER", "B-PER", "I-LOC", "O", "I-ORG", "I-ORG"]));

    [TestMethod]
    public void Of_Entities_CountsThoseWithKindAndBothEndsRight()
    {
        // Expected 3 entities, predicted 4, found 2: one is too short, one of the wrong kind is no find either.
        string[][] expected = [["B-PER", "I-PER", "O", "B-LOC"], ["B-ORG", "O"]];
        string[][] predicted = [["B-PER", "O", "O", "B-LOC"], ["B-ORG", "B-ORG"]];
        Assert.AreEqual(2.0 * 2 / (3 + 4), EntityF1.Of(expected, predicted), 1e-12);
        Assert.AreEqual(1, EntityF1.Of(expected, expected), 1e-12);
        Assert.AreEqual(0, EntityF1.Of([["O"]], [["O"]]));
    }

    [TestMethod]
    public void Reads_Labels_TellsBioFromOthers()
    {
        Assert.IsTrue(EntityF1.Reads(["O", "B-PER", "I-PER"]));
        Assert.IsFalse(EntityF1.Reads(["O", "PERSON"]));
        Assert.IsFalse(EntityF1.Reads(["O"]));
    }
}
