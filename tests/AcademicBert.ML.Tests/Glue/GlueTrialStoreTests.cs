using AcademicBert.Glue;

namespace AcademicBert.Tests.Glue;

[TestClass]
public sealed class GlueTrialStoreTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("academicbert-tests-").FullName;

    [TestCleanup]
    public void CleanUp() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    [DataRow("{\"trial\":null}")]
    [DataRow("{\"trial\":{},\"scores\":null}")]
    [DataRow("{\"trial\":{},\"scores\":{\"SST-2\":{\"NoMetric\":1}}}")]
    public void Open_LineThatIsNoResult_EndsTheJournalThere(string line)
    {
        string path = Path.Combine(_folder, "trials.jsonl");
        File.WriteAllText(path, "{\"trial\":{\"seed\":1},\"score\":0.5}\n" + line + "\n");
        using (var store = new GlueTrialStore(_folder))
            Assert.AreEqual(0.5, Assert.ContainsSingle(store.Results).Value.Score);
        Assert.HasCount(1, File.ReadAllLines(path));
    }
}
