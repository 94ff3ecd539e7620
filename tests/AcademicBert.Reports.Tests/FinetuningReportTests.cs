using System.Xml.Linq;
using AcademicBert.Finetuning;
using AcademicBert.Reports.Figures;
using AcademicBert.Reports.Sources;
using AcademicBert.Tables;

namespace AcademicBert.Reports.Tests;

[TestClass]
public sealed class FinetuningReportTests
{
    private readonly Folders _folders = new();

    private string Output => Path.Combine(_folders.Root, "out");

    private static FinetuningOptions Options => new() { Epochs = 3, LearningRate = 1e-3 };

    [TestCleanup]
    public void CleanUp() => _folders.Dispose();

    [TestMethod]
    public void Charts_Classes_MarkTheKeptEpochAndTheLevelOfGuessing()
    {
        IReadOnlyList<Chart> charts = Charts(_folders.Finetuning("run", Options, Classes("a", "b"), "accuracy", 0.5, 0.75, 0.625));
        Assert.AreSequenceEqual(["Training loss", "Held-out accuracy", "Learning rate"], charts.Select(chart => chart.Title));
        LineChart loss = (LineChart)charts[0], heldOut = (LineChart)charts[1];
        Assert.AreSequenceEqual([1, 1 / 2.0, 1 / 3.0, 1 / 4.0, 1 / 5.0, 1 / 6.0], loss.Lines[0].Points.Select(point => point.Y));
        Assert.AreSequenceEqual([new Point(2, 50), new Point(4, 75), new Point(6, 62.5)], heldOut.Lines[0].Points);
        Line kept = heldOut.Lines.Single(line => line.Ringed);
        Assert.AreEqual(("kept: epoch 2", new Point(4, 75)), (kept.Label, kept.Points.Single()));
        Assert.AreSequenceEqual([60.0, 60.0], heldOut.Lines.Single(line => line.Dashed).Points.Select(point => point.Y));
        Assert.AreSequenceEqual([0.67, 0.67], loss.Lines.Single(line => line.Dashed).Points.Select(point => point.Y));
    }

    [TestMethod]
    public void Charts_Numbers_AreErrorsAndPredictionsAgainstWhatIsExpected()
    {
        var result = new TableFinetuningResult(FinetuningTask.Regression, [], 8, 2, new Dictionary<string, double> { ["rootMeanSquaredError"] = 0.5 })
        {
            GuessingMetrics = new Dictionary<string, double> { ["rootMeanSquaredError"] = 1.5 },
            Numbers = [new PredictedNumber(1, 1.5f), new PredictedNumber(2, 1.75f)],
        };
        IReadOnlyList<Chart> charts = Charts(_folders.Finetuning("run", Options, result, FinetuningLine.NegativeMeanSquaredError, -4, -0.25));
        LineChart error = (LineChart)charts.Single(chart => chart.Title == "Held-out error");
        Assert.AreSequenceEqual([2.0, 0.5], error.Lines[0].Points.Select(point => point.Y));
        Assert.AreSequenceEqual([1.5, 1.5], error.Lines.Single(line => line.Dashed).Points.Select(point => point.Y));
        Assert.AreSequenceEqual([new Point(1, 1.5), new Point(2, 1.75)], charts.OfType<ScatterChart>().Single().Points);
        Report.Write([Path.Combine(_folders.Root, "run")], Output);
        Assert.HasCount(4, Page().Descendants("img"));
    }

    [TestMethod]
    public void Write_Classes_TellsWhatEachWasTakenForAndHowToDoItAgain()
    {
        string run = _folders.Finetuning("run", Options, Classes("first", "second") with { Model = "/m o'd", TrainingFile = "rows.tsv" }, "accuracy", 0.5, 0.75);
        Report.Write([run], Output);
        XElement page = Page();
        Assert.AreSequenceEqual(
            ["class first second rows right", "first 5 1 6 83.3 %", "second 2 2 4 50.0 %"],
            Rows(page, "Held-out rows by their class, and the class they were taken for"));
        Assert.Contains("accuracy 0.7500 0.6000", Rows(page, "On the held-out rows"));
        Assert.AreEqual($"academicbert finetune '/m o'\\''d' --data rows.tsv --recipe {run}/recipe.json --run {run}-again", page.Descendants("pre").Single().Value);
        Assert.Contains(["finetuning.learningRate", "0.001", "5E-05"], page.Descendants("details").Single().Descendants("tr").Select(row => row.Elements().Select(cell => cell.Value).ToArray()), new Sequences());
        Assert.AreSequenceEqual(["m o'd", "75.0 % accuracy", "epoch 2 of 2", "2 of 3"], page.Descendants("dd").Skip(1).Take(4).Select(value => value.Value));
    }

    [TestMethod]
    public void Write_FewHeldOutRows_WarnsBesideTheScoreAndNamesTheGuess()
    {
        Report.Write([_folders.Finetuning("run", Options, Classes("a", "b") with { MostFrequent = "b" }, "accuracy", 1.0)], Output);
        XElement section = Page().Descendants("section").First();
        Assert.StartsWith("10 held-out rows are too few to judge by", section.Elements("p").Single().Value);
        Assert.AreSame(section.Element("dl"), section.Element("p")!.PreviousNode);
        Assert.Contains("metric model always 'b', the most frequent in the training rows", Rows(Page(), "On the held-out rows"));
    }

    [TestMethod]
    public void Write_HostileNamesOfClasses_AreTextAndNothingElse()
    {
        string[] names = ["<script>alert(1)</script>", "a|b\n\"c' & <img src=x>\u0001\ud800 \ud83d\ude00"];
        Report.Write([_folders.Finetuning("<b>run</b>", Options, Classes(names) with { Model = "</pre><script>", TrainingFile = "x" }, "accuracy", 0.5)], Output);
        XElement page = Page();
        Assert.IsEmpty(page.Descendants("script"));
        Assert.IsEmpty(page.Descendants("b"));
        Assert.HasCount(3, page.Descendants("img"));
        Assert.Contains(names[0], page.Descendants("th").Select(cell => cell.Value));
        Assert.Contains("a|b\n\"c' & <img src=x>\ufffd\ufffd \ud83d\ude00", page.Descendants("th").Select(cell => cell.Value));
        string markdown = File.ReadAllText(Path.Combine(Output, Report.MarkdownFile));
        Assert.Contains("| &lt;script>alert(1)&lt;/script> | a\\|b \"c' &amp; &lt;img", markdown);
        Assert.DoesNotContain("<img", markdown);
    }

    [TestMethod]
    public void Write_HostileNamesOfFoldersAndModels_AreTextInMarkdown()
    {
        Report.Write([_folders.Finetuning("<b>run", Options, Classes("a", "b") with { Model = "m\n```\n<script>", TrainingFile = "x" }, "accuracy", 0.5)], Output);
        string[] lines = File.ReadAllLines(Path.Combine(Output, Report.MarkdownFile));
        Assert.AreEqual("# Report on &lt;b>run", lines[0]);
        int open = Array.IndexOf(lines, "````"), close = Array.LastIndexOf(lines, "````");
        Assert.IsInRange(open + 1, close, Array.FindIndex(lines, line => line.StartsWith("<script>", StringComparison.Ordinal)));
        Assert.DoesNotContain("<", string.Concat([.. lines[..open], .. lines[close..]]));
    }

    [TestMethod]
    [DataRow("\"classes\":[\"a\",null]", "no name")]
    [DataRow("\"confusion\":[[1,2]]", "confusion")]
    [DataRow("\"confusion\":[null,[1,2]]", "confusion")]
    [DataRow("\"confusion\":[[1,2],[3]]", "confusion")]
    [DataRow("\"trainingLoss\":1e999", "trainingLoss")]
    public void Write_ResultThatIsNone_IsRefusedWithItsFile(string wrong, string message)
    {
        string run = _folders.Finetuning("run", Options, Classes("a", "b"), "accuracy", 0.5), path = Path.Combine(run, "result.json");
        string name = wrong[..wrong.IndexOf(':', StringComparison.Ordinal)], result = File.ReadAllText(path).Replace(name, "\"removed\"", StringComparison.Ordinal);
        result = System.Text.RegularExpressions.Regex.Replace(result, "\"removed\":(\\[\\[.*?\\]\\]|\\[.*?\\]|null)", wrong);
        File.WriteAllText(path, result);
        string error = Assert.ThrowsExactly<InvalidDataException>(() => Report.Write([run], Output)).Message;
        Assert.Contains("result.json", error);
        Assert.Contains(message, error);
    }

    [TestMethod]
    public void Write_CountsWhoseSumIsLong_AreSummed()
    {
        Report.Write([_folders.Finetuning("run", Options, Classes("a", "b") with { Confusion = [[1, int.MaxValue], [2, 2]] }, "accuracy", 0.5)], Output);
        Assert.Contains("a 1 2,147,483,647 2,147,483,648 0.0 %", Rows(Page(), "Held-out rows by their class, and the class they were taken for"));
    }

    [TestMethod]
    public void Charts_GuessBeyondWhatIsFinite_HaveNoLevel()
    {
        TableFinetuningResult result = Classes("a", "b") with { GuessingMetrics = new Dictionary<string, double> { ["accuracy"] = 1e308 } };
        var heldOut = (LineChart)Charts(_folders.Finetuning("run", Options, result, "accuracy", 0.5)).Single(chart => chart.Title == "Held-out accuracy");
        Assert.IsFalse(heldOut.Lines.Any(line => line.Dashed));
    }

    [TestMethod]
    public void Write_ManyClasses_ListsTheMostFrequentMistakes()
    {
        int[][] confusion = [.. Enumerable.Range(0, 30).Select(own => Enumerable.Range(0, 30).Select(other => own == other ? 9 : own == 3 && other == 7 ? 5 : own == 2 && other == 1 ? 8 : 0).ToArray())];
        string[] names = [.. Enumerable.Range(0, 30).Select(index => $"c{index}")];
        Report.Write([_folders.Finetuning("run", Options, Classes(names) with { Confusion = confusion }, "accuracy", 0.5)], Output);
        Assert.AreSequenceEqual(["class taken for rows of the class", "c2 c1 8 17", "c3 c7 5 14"], Rows(Page(), "Most frequent mistakes on the held-out rows"));
    }

    [TestMethod]
    public void Write_RunUnderWay_ShowsWhatThereIs()
    {
        Report.Write([_folders.Finetuning("run", Options, null, "accuracy", 0.5, 0.25)], Output);
        XElement page = Page();
        Assert.HasCount(3, page.Descendants("img"));
        Assert.IsEmpty(page.Descendants("pre"));
        Assert.Contains("2 of 3", page.Descendants("dd").Select(value => value.Value));
        Assert.Contains("finetuning.epochs", page.Descendants("td").Select(value => value.Value));
        Assert.DoesNotContain("label", page.Descendants("td").Select(value => value.Value), "what it does not tell is not said");
    }

    [TestMethod]
    public void Write_SeveralRuns_CompareThemAndDrawEach()
    {
        string first = _folders.Finetuning("first", Options, Classes("a", "b"), "accuracy", 0.5), second = _folders.Finetuning("second", Options, Classes("a", "b"), "accuracy", 0.75);
        IReadOnlyList<string> files = Report.Write([first, second, _folders.Glue("glue", "RTE", 1e-3, 0.5)], Output);
        Assert.Contains(Path.Combine(Output, "figures", "finetuning-2.svg"), files);
        Assert.AreSequenceEqual(["Fine-tuning", "Fine-tuning first", "Fine-tuning second", "GLUE"], Page().Descendants("h2").Take(4).Select(heading => heading.Value));
        Assert.HasCount(3, Rows(Page(), "Results"));
    }

    [TestMethod]
    public void Write_WithAndWithoutPretraining_SaysWhatEachBeganWith()
    {
        string trained = _folders.Finetuning("trained", Options, Classes("a", "b") with { Model = "runs/first/model" }, "accuracy", 0.75);
        string untrained = _folders.Finetuning("untrained", Options with { Untrained = true }, Classes("a", "b") with { Model = "runs/first" }, "accuracy", 0.5);
        Report.Write([trained, untrained], Output);
        string[] results = Rows(Page(), "Results");
        Assert.StartsWith("trained Classification first", results[1]);
        Assert.StartsWith("untrained Classification random parameters", results[2]);
        Assert.Contains("finetuning.untrained false true", Rows(Page(), "Options in which they differ"));
    }

    private static TableFinetuningResult Classes(params string[] names) => new(FinetuningTask.Classification, names, 90, 10, new Dictionary<string, double> { ["accuracy"] = 0.75 })
    {
        GuessingMetrics = new Dictionary<string, double> { ["accuracy"] = 0.6 },
        GuessingLoss = 0.67,
        Confusion = [[5, 1], [2, 2]],
    };

    private static IReadOnlyList<Chart> Charts(string folder) => FinetuningCharts.Of(FinetunedRun.Open(folder, "run"), "finetuning").Charts;

    private static string[] Rows(XElement page, string title) =>
        [.. page.Descendants("h3").Single(heading => heading.Value == title).Parent!.Descendants("tr").Select(row => string.Join(' ', row.Elements().Select(cell => cell.Value)))];

    private XElement Page() => XDocument.Parse(File.ReadAllText(Path.Combine(Output, Report.PageFile))).Root!;

    private sealed class Sequences : IEqualityComparer<string[]>
    {
        public bool Equals(string[]? first, string[]? second) => first!.SequenceEqual(second!);

        public int GetHashCode(string[] value) => value.Length;
    }
}
