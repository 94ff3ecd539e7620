using AcademicBert.Files;

namespace AcademicBert.Tests.Files;

[TestClass]
public sealed class NearNameTests
{
    [TestMethod]
    [DataRow("txt", "text")]
    [DataRow("TEXT", "text")]
    [DataRow("second-text", "secondText")]
    [DataRow("nano-quickstrt", "nano-quickstart")]
    [DataRow("lable", "label")]
    [DataRow("sentence", null)]
    [DataRow("id", null)]
    [DataRow("", null)]
    public void Of_MisspeltName_IsTheOneThatIsMeantOrNone(string wanted, string? expected) =>
        Assert.AreEqual(expected, NearName.Of(wanted, ["text", "secondText", "label", "nano-quickstart", "nano-glue"]));

    [TestMethod]
    [DataRow("--dry-run", "--dryRun", true)]
    [DataRow("--dryRun", "--dryRan", false)]
    public void Same_UpperCaseAndDashes_DoNotMatter(string one, string other, bool expected) => Assert.AreEqual(expected, NearName.Same(one, other));
}
