using AcademicBert.Sweeps;
using AcademicBert.Training;

namespace AcademicBert.Tests.Sweeps;

[TestClass]
public sealed class SearchJournalTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("academicbert-tests-").FullName;

    private string Journal => Path.Combine(_folder, SearchJournal.FileName);

    [TestCleanup]
    public void CleanUp() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void Read_RecordedSearch_ReplaysTheDecisionsFromTheLosses()
    {
        Record();
        SearchHistory history = SearchJournal.Read(_folder);
        Assert.AreEqual(TrainingBudget.Steps(8), history.Budget);
        Assert.AreSequenceEqual([0, 1], history.Decisions.Select(decision => decision.Rung));
        Assert.AreSequenceEqual(["peak2", "peak1"], history.Ranking.Select(run => run.Configuration.Name));
        Assert.AreSequenceEqual([null, null, DropReason.NotAmongBest, DropReason.Failed, DropReason.AboveLimit], history.Runs.Select(run => run.Reason));
        Assert.AreSequenceEqual([null, null, 1, 0, 0], history.Runs.Select(run => run.DroppedAt));
        Assert.IsTrue(double.IsNaN(history.Runs[3].Results.Single().Loss));
        Assert.AreEqual(2, history.Runs[1].Configuration.Values["schedule.peak"].GetInt32());
        Assert.IsTrue(history.IsComplete);
    }

    [TestMethod]
    [DataRow("\"loss\":5.5", "\"loss\":6.5", 8, "does not follow")]
    [DataRow("\"reason\":\"AboveLimit\"", "\"reason\":\"Failed\"", 8, "does not follow")]
    [DataRow("\"kept\":[\"peak1\",\"peak2\"]", "\"kept\":[\"peak1\",\"peak3\"]", 12, "does not follow")]
    [DataRow("{\"result\":{\"configuration\":\"peak2\",\"rung\":2", "{\"result\":{\"configuration\":\"peak3\",\"rung\":2", 14, "'peak3' was dropped")]
    [DataRow("{\"result\":{\"configuration\":\"peak2\",\"rung\":2", "{\"result\":{\"configuration\":\"peak2\",\"rung\":1", 14, "at rung 3, not 2")]
    [DataRow("{\"result\":{\"configuration\":\"peak2\",\"rung\":2", "{\"result\":{\"configuration\":\"peak9\",\"rung\":2", 14, "no run 'peak9'")]
    [DataRow("{\"result\":{\"configuration\":\"peak2\",\"rung\":2", "{\"result\":{\"configuration\"\"peak2\",\"rung\":2", 14, "damaged")]
    [DataRow("{\"cohort\":", "{\"herd\":", 2, "nothing known")]
    [DataRow("{\"cohort\":[", "{\"cohort\":[null,", 2, "a run is empty")]
    [DataRow("{\"cohort\":[{\"name\":\"peak1\"", "{\"cohort\":[{\"name\":\"../peak1\"", 2, "no name of a run's folder")]
    [DataRow("\"values\":{\"schedule.peak\":1}", "\"values\":{\"schedule.peak\":\"\\ud800\"}", 2, "is no text")]
    [DataRow("\"rungs\":[", "\"rungs\":[null,", 1, "a rung is empty")]
    [DataRow("{\"result\":{\"configuration\":\"peak2\",\"rung\":2", "{\"result\":{\"configuration\":null,\"rung\":2", 14, "damaged")]
    [DataRow("\"version\":1", "\"version\":2", 1, "version 2")]
    public void Read_ChangedFile_NamesTheLine(string before, string after, int line, string problem)
    {
        Record();
        string text = File.ReadAllText(Journal);
        Assert.Contains(before, text);
        File.WriteAllText(Journal, text.Replace(before, after, StringComparison.Ordinal));
        string message = Assert.ThrowsExactly<InvalidDataException>(() => SearchJournal.Read(_folder)).Message;
        Assert.Contains($"{SearchJournal.FileName}', line {line}", message);
        Assert.Contains(problem, message);
    }

    [TestMethod]
    public void Read_ValueWithBytesThatAreNotUtf8_NamesTheLine()
    {
        Record();
        byte[] whole = File.ReadAllBytes(Journal), before = "{\"schedule.peak\":1}"u8.ToArray();
        int at = whole.AsSpan().IndexOf(before);
        File.WriteAllBytes(Journal, [.. whole[..at], .. "{\"schedule.peak\":[\""u8, 0xB9, .. "\"]}"u8, .. whole[(at + before.Length)..]]);
        string message = Assert.ThrowsExactly<InvalidDataException>(() => SearchJournal.Read(_folder)).Message;
        Assert.Contains($"{SearchJournal.FileName}', line 2", message);
        Assert.Contains("is no text", message);
    }

    [TestMethod]
    public void Open_CutAtAnyByte_KeepsWholeLinesAndCanGoOn()
    {
        Record();
        byte[] whole = File.ReadAllBytes(Journal);
        for (int length = 0; length < whole.Length; length += 7)
        {
            File.WriteAllBytes(Journal, whole[..length]);
            using (SearchJournal journal = SearchJournal.Open(_folder))
                Assert.AreEqual(whole[..length].Contains((byte)'\n') || length >= Array.IndexOf(whole, (byte)'\n'), journal.IsBegun, $"cut at {length}");
            int lines = whole[..length].Count(letter => letter == '\n');
            Assert.IsInRange(lines, lines + 1, File.ReadAllLines(Journal).Length, $"cut at {length}");
        }
    }

    [TestMethod]
    public void Read_NoSearch_SaysSo()
    {
        Assert.Contains(_folder, Assert.ThrowsExactly<FileNotFoundException>(() => SearchJournal.Read(_folder)).Message);
        File.WriteAllText(Journal, "");
        Assert.Contains("not begun", Assert.ThrowsExactly<InvalidDataException>(() => SearchJournal.Read(_folder)).Message);
    }

    /// <summary>Five runs: one fails and one is above the limit at the first rung, one is not among the best at the second.</summary>
    private void Record()
    {
        using SearchJournal journal = SearchJournal.Open(_folder);
        journal.Add(new SearchEvent { Search = new SearchHeader(SearchHeader.CurrentVersion, TrainingBudget.Steps(8), [new SearchRung { At = 0.25, MaxLoss = 6 }, new SearchRung { At = 0.5, Keep = 0.5 }]) });
        journal.Add(new SearchEvent { Cohort = (new SearchOptions { Space = [SearchDimension.Of("schedule.peak", 1, 2, 3, 4, 5)] }).Configurations() });
        double[] losses = [3, 4, 5.5, double.NaN, 7];
        for (int run = 0; run < losses.Length; run++)
            Result(run, 0, losses[run]);
        Assert.AreSequenceEqual(["peak1", "peak2", "peak3"], journal.Decide(0, 0).Kept);
        Result(0, 1, 2);
        Result(1, 1, 2.5);
        Result(2, 1, 3);
        Assert.AreSequenceEqual(["peak1", "peak2"], journal.Decide(0, 1).Kept);
        Result(0, 2, 1.5);
        Result(1, 2, 1.25);

        void Result(int run, int rung, double loss) => journal.Add(new SearchEvent { Result = new RungResult { Configuration = $"peak{run + 1}", Rung = rung, Loss = loss } });
    }
}
