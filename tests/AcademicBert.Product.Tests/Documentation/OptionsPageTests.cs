namespace AcademicBert.Tests.Documentation;

[TestClass]
public sealed class OptionsPageTests
{
    [TestMethod]
    public void OptionsPage_IsWhatTheCommandsSay()
    {
        string file = Path.Combine(TestData.RepositoryRoot, "docs", "options.md"), page = OptionsPage.Write();
        if (Environment.GetEnvironmentVariable("ACADEMICBERT_WRITE_DOCUMENTATION") is { Length: > 0 })
            File.WriteAllText(file, page);
        Assert.AreEqual(page, File.ReadAllText(file), "The page is not current: see the comment in it.");
    }

    [TestMethod]
    public void OptionsPage_EveryOption_IsDescribed()
    {
        string[] rows = [.. OptionsPage.Write().Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal))];
        Assert.IsGreaterThan(150, rows.Length);
        string[] bare = [.. rows.Where(row => row.Split("` |")[1].TrimStart().StartsWith('[') || row.Split("` |")[1].Trim(' ', '|').Length < 10)];
        Assert.IsEmpty(bare, string.Join('\n', bare));
    }
}
