using AcademicBert.Training;

namespace AcademicBert.Tests.Training;

[TestClass]
public sealed class StopReasonTextTests
{
    [TestMethod]
    public void Of_EachReason_IsAClauseOfItsOwnWithoutTheNameInTheCode()
    {
        StopReason[] reasons = Enum.GetValues<StopReason>();
        string[] texts = [.. reasons.Select(StopReasonText.Of)];
        Assert.AreEqual(reasons.Length, texts.Distinct().Count());
        foreach ((StopReason reason, string text) in reasons.Zip(texts))
        {
            Assert.StartsWith("it", text);
            Assert.DoesNotContain(reason.ToString(), text);
        }

        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => StopReasonText.Of((StopReason)99));
    }
}
