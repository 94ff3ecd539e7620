using AcademicBert.Cli.Display;

namespace AcademicBert.Tests.Display;

[TestClass]
public sealed class LeftOutTextTests
{
    [TestMethod]
    public void Of_SeveralExtensions_NamesTheMostFrequentFirst()
    {
        string text = LeftOutText.Of(["/a/1.md", "/a/2.xml", "/a/b/3.xml"], []).Single();
        Assert.StartsWith("3 files are not read", text);
        Assert.Contains("(.xml, .md)", text);
        Assert.Contains("'/a/*.xml'", text);
    }

    [TestMethod]
    public void Of_ManyExtensions_ListsFive() =>
        Assert.Contains("(.a, .b, .c, .d, .e, …)", LeftOutText.Of([.. "abcdefg".Select(letter => $"/x/1.{letter}")], []).Single());

    [TestMethod]
    public void Of_Folders_NamesThreeAndCountsTheRest()
    {
        Assert.EndsWith(": '/a', '/b'.", LeftOutText.Of([], ["/a", "/b"]).Single());
        Assert.EndsWith(": '/a', '/b', '/c' and 2 more.", LeftOutText.Of([], ["/a", "/b", "/c", "/d", "/e"]).Single());
    }
}
