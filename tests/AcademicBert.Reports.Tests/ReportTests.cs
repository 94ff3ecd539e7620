using System.Globalization;
using System.Xml.Linq;
using AcademicBert.Optimization;
using AcademicBert.Pretraining;
using AcademicBert.Training;

namespace AcademicBert.Reports.Tests;

[TestClass]
public sealed class ReportTests
{
    private readonly Folders _folders = new();

    private string Output => Path.Combine(_folders.Root, "out");

    [TestCleanup]
    public void CleanUp() => _folders.Dispose();

    [TestMethod]
    public void Write_OneRun_IsAWellFormedPageThatNeedsNothingBesideIt()
    {
        string run = _folders.Run("a & <b>", new PretrainingOptions { Budget = TrainingBudget.Steps(50) }, Folders.Lines(50), Folders.Start(true, "BFloat16"));
        IReadOnlyList<string> files = Report.Write([run], Output);
        Assert.AreSequenceEqual(["figures/training.png", "figures/training.svg", "report.html", "report.md"], files.Select(file => Path.GetRelativePath(Output, file).Replace('\\', '/')));

        XElement page = Page();
        Assert.AreEqual("Report on a & <b>", page.Descendants("h1").Single().Value);
        Assert.IsEmpty(References(page).Where(reference => !reference.StartsWith("data:", StringComparison.Ordinal)));
        Assert.DoesNotContain("url(", page.Descendants("style").Single().Value);
        Assert.DoesNotContain("@import", page.Descendants("style").Single().Value);
        Assert.IsEmpty(page.Descendants("script"));
        Assert.HasCount(7, page.Descendants("img"));
        Assert.IsTrue(page.Descendants("img").All(image => XElement.Parse(Content(image)).Name.LocalName == "svg" && (string?)image.Attribute("alt") is { Length: > 0 }));
        Assert.Contains("0.660", page.Descendants("dd").Select(value => value.Value)); // 8 / 50 + 0.5
        Assert.IsTrue(page.DescendantNodesAndSelf().OfType<XElement>().Where(element => element.Name.LocalName is "td" or "th" or "div").All(element => !element.IsEmpty), "an empty element would stay open");

        string markdown = File.ReadAllText(Path.Combine(Output, Report.MarkdownFile));
        Assert.Contains("| held-out loss | 0.660 |", markdown);
        Assert.Contains("(figures/training.png)", markdown);
    }

    [TestMethod]
    public void Write_ManySteps_StaysSmall()
    {
        string run = _folders.Run("long", new PretrainingOptions(), Folders.Lines(50_000, step => 8 + Math.Sin(step)));
        Report.Write([run], Output);
        Assert.IsLessThan(1_000_000, new FileInfo(Path.Combine(Output, Report.PageFile)).Length);
    }

    [TestMethod]
    public void Write_RunThatHasMeasuredNothing_IsAPageWithoutFigures()
    {
        IReadOnlyList<string> files = Report.Write([_folders.Run("new", new PretrainingOptions(), [])], Output);
        Assert.HasCount(2, files);
        Assert.IsEmpty(Page().Descendants("img"));
    }

    [TestMethod]
    public void Write_SeveralKinds_HasASectionForEach()
    {
        string first = _folders.Run("ours", new PretrainingOptions(), Folders.Lines(20)), second = _folders.Run("bert", new PretrainingOptions { Schedule = new LearningRateSchedule { Peak = 1e-4 } }, Folders.Lines(20));
        IReadOnlyList<string> files = Report.Write([first, second, _folders.Glue("glue", "RTE", 1e-3, 0.5)], Output);
        Assert.Contains(Path.Combine(Output, "figures", "figure2.svg"), files);
        string[] headings = [.. Page().Descendants().Where(element => element.Name.LocalName is "h2" or "h3").Select(element => element.Value)];
        foreach (string heading in (string[])["Results", "Options in which they differ", "Table 3: GLUE", "Table 5: the grid of glue, and what it chose"])
            Assert.Contains(heading, headings);
    }

    [TestMethod]
    public void Write_ManyRuns_DrawsTheFirstAndSaysSo()
    {
        string[] runs = [.. Enumerable.Range(0, 15).Select(i => _folders.Run($"run{i}", new PretrainingOptions { BatchSize = i + 1 }, Folders.Lines(5)))];
        Report.Write(runs, Output);
        Assert.Contains("The first 12 runs are drawn.", Page().Descendants("p").Select(paragraph => paragraph.Value));
        Assert.HasCount(15, Page().Descendants("table").First().Descendants("tbody").Single().Elements());
    }

    [TestMethod]
    public void Write_RunsOnDifferentTexts_WarnsOfComparingThem()
    {
        string first = _folders.Run("a", new PretrainingOptions(), Folders.Lines(5)), second = _folders.Run("b", new PretrainingOptions(), Folders.Lines(5));
        const string warning = "not all on the same text";
        Report.Write([first, second], Output);
        Assert.DoesNotContain(warning, File.ReadAllText(Path.Combine(Output, Report.MarkdownFile)));
        string options = Path.Combine(second, "options.json");
        File.WriteAllText(options, File.ReadAllText(options).Replace("fingerprint", "another", StringComparison.Ordinal));
        Report.Write([first, second], Output);
        Assert.Contains(warning, File.ReadAllText(Path.Combine(Output, Report.MarkdownFile)));
    }

    [TestMethod]
    public void Write_CultureWithCommas_GivesTheSameFiles()
    {
        string run = _folders.Run("run", new PretrainingOptions(), Folders.Lines(50), Folders.Start(true, "BFloat16")), glue = _folders.Glue("glue", "RTE", 1e-3, 0.5);
        Report.Write([run, glue], Output);
        byte[][] expected = [.. Directory.GetFiles(Output, "*", SearchOption.AllDirectories).Order().Select(File.ReadAllBytes)];
        CultureInfo before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("de-DE");
        try
        {
            Assert.AreEqual("1,5", 1.5.ToString(), "the culture has commas");
            Report.Write([run, glue], Output);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }

        string[] files = [.. Directory.GetFiles(Output, "*", SearchOption.AllDirectories).Order()];
        foreach ((string file, byte[] content) in files.Zip(expected))
            Assert.AreSequenceEqual(content, File.ReadAllBytes(file), file);
    }

    [TestMethod]
    public void Write_AFolderThatCannotBeRead_WritesNothing()
    {
        string run = _folders.Run("run", new PretrainingOptions(), Folders.Lines(3));
        File.WriteAllText(Path.Combine(_folders.Run("broken", new PretrainingOptions(), Folders.Lines(3)), "options.json"), "{");
        Assert.Throws<InvalidDataException>(() => Report.Write([run, Path.Combine(_folders.Root, "broken")], Output));
        Assert.IsFalse(Directory.Exists(Output));
    }

    private XElement Page() => XDocument.Parse(File.ReadAllText(Path.Combine(Output, Report.PageFile))).Root!;

    private static IEnumerable<string> References(XElement page) =>
        page.Descendants().Attributes().Where(attribute => attribute.Name.LocalName is "src" or "href" or "srcset" or "action").Select(attribute => attribute.Value);

    private static string Content(XElement image) => System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(((string)image.Attribute("src")!).Split(',')[1]));
}
