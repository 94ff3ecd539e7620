using AcademicBert.Glue;

namespace AcademicBert.Tests.Glue;

[TestClass]
public sealed class GlueReportTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("academicbert-tests-").FullName;

    [TestCleanup]
    public void CleanUp() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void Read_TrialTwice_TakesTheLater()
    {
        Write("RTE", Line(0.5, """ "RTE":{"Accuracy":0.5} """), Line(0.75, """ "RTE":{"Accuracy":0.75} """));
        Assert.AreEqual(0.75, GlueReport.Read(_folder).Scores["RTE"]);
    }

    [TestMethod]
    [DataRow("")]
    [DataRow(""" "RTE":null """)]
    [DataRow(""" "RTE":{"F1":0.5} """)]
    public void Scores_TrialWithoutTheTasksMetric_HaveNone(string scores)
    {
        Write("RTE", Line(0.5, scores));
        Assert.IsEmpty(GlueReport.Read(_folder).Scores);
    }

    [TestMethod]
    public void Scores_OfAnotherTask_AreNotTaken()
    {
        Write("RTE", Line(0.5, """ "RTE":{"Accuracy":0.5} """));
        Write("WNLI", Line(0.25, """ "WNLI":{"Accuracy":0.25},"RTE":{"Accuracy":0.75} """));
        IReadOnlyDictionary<string, double> scores = GlueReport.Read(_folder).Scores;
        Assert.AreSequenceEqual([("RTE", 0.5), ("WNLI", 0.25)], scores.Select(score => (score.Key, score.Value)));
    }

    private static string Line(double score, string scores) =>
        FormattableString.Invariant($$"""{"trial":{"learningRate":1E-3,"batchSize":16,"epochs":3,"seed":1},"score":{{score}},"scores":{ {{scores}} } }""");

    private void Write(string task, params string[] lines)
    {
        Directory.CreateDirectory(Path.Combine(_folder, task));
        File.WriteAllLines(Path.Combine(_folder, task, "trials.jsonl"), lines);
    }
}
