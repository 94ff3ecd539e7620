using System.Text.RegularExpressions;

namespace AcademicBert.Tests.Documentation;

/// <summary>Each promise of the page on reliability names a test that is there.</summary>
[TestClass]
public sealed partial class ReliabilityPageTests
{
    [TestMethod]
    public void Promises_EachNamesTests_ThatExist()
    {
        string[][] promises = [.. MarkdownPage.Of("docs", "reliability.md").Rows.Where(row => row is [var promise, ..] && promise != "promise" && !promise.StartsWith("---", StringComparison.Ordinal) && row.Length == 2)];
        Assert.IsGreaterThan(20, promises.Length);
        foreach (string[] promise in promises)
        {
            MatchCollection tests = Test().Matches(promise[1]);
            Assert.IsGreaterThan(0, tests.Count, promise[0]);
            foreach (Match test in tests)
                Assert.IsTrue(Exists(test.Groups[1].Value, test.Groups[2].Value), $"'{promise[0]}' names {test.Value}, which is no test.");
        }
    }

    [TestMethod]
    public void Exists_NoSuchTest_IsFalse()
    {
        Assert.IsFalse(Exists(nameof(ReliabilityPageTests), "Promises_EachNamesTests"));
        Assert.IsFalse(Exists("NoTests", nameof(Promises_EachNamesTests_ThatExist)));
        Assert.IsTrue(Exists(nameof(ReliabilityPageTests), nameof(Promises_EachNamesTests_ThatExist)));
    }

    private static bool Exists(string type, string method) =>
        Directory.EnumerateFiles(Path.Combine(TestData.RepositoryRoot, "tests"), type + ".cs", SearchOption.AllDirectories).Any(file => Regex.IsMatch(File.ReadAllText(file), $@"\[TestMethod\]\s*(\[.*\n\s*)*public (async )?(void|Task) {method}\("));

    [GeneratedRegex(@"`(\w+Tests)\.(\w+)`")]
    private static partial Regex Test();
}
