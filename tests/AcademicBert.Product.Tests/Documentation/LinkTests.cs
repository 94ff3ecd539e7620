namespace AcademicBert.Tests.Documentation;

[TestClass]
public sealed class LinkTests
{
    [TestMethod]
    public void Links_WithinTheRepository_LeadToFilesAndHeadings()
    {
        var broken = new List<string>();
        int seen = 0;
        foreach (MarkdownPage page in MarkdownPage.All)
        {
            foreach (string link in page.Links.Where(link => !link.Contains("://", StringComparison.Ordinal)))
            {
                seen++;
                string[] parts = link.Split('#', 2);
                string target = parts[0].Length == 0 ? page.Path : Path.GetFullPath(Path.Combine(Path.GetDirectoryName(page.Path)!, parts[0]));
                if (!File.Exists(target) && !Directory.Exists(target))
                    broken.Add($"{page.Name}: {link} leads to nothing");
                else if (parts.Length == 2 && !MarkdownPage.Of(target).Anchors.Contains(parts[1]))
                    broken.Add($"{page.Name}: {link} leads to no heading");
            }
        }

        Assert.IsEmpty(broken, string.Join('\n', broken));
        Assert.IsGreaterThan(30, seen);
    }

    [TestMethod]
    public void Links_OfPackageReadmes_AreAbsolute()
    {
        // Shown on other sites, where nothing else of the repository is.
        foreach (MarkdownPage page in MarkdownPage.All.Where(page => page.Name.StartsWith("src/", StringComparison.Ordinal)))
            Assert.IsTrue(page.Links.All(link => link.Contains("://", StringComparison.Ordinal)), page.Name);
    }
}
