using AcademicBert.Corpus;
using AcademicBert.Files;
using AcademicBert.Finetuning;
using AcademicBert.Modeling;
using AcademicBert.Sweeps;
using AcademicBert.Tokenization;
using AcademicBert.Training;

namespace AcademicBert.Tests.Files;

[TestClass]
public sealed class WorkFolderTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("academicbert-tests-").FullName;

    [TestCleanup]
    public void CleanUp() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    [DataRow(true, OptionsFile.Name, MetricsLog.FileName)]
    [DataRow(true, OptionsFile.Name, FinetuningJournal.FileName)]
    [DataRow(false, OptionsFile.Name)]
    [DataRow(false, CorpusManifest.FileName)]
    [DataRow(false, ModelFolder.ConfigFile, "vocab.txt")]
    [DataRow(false, ModelFolder.ConfigFile, TokenizerJson.FileName)]
    public void IsIn_FilesThatRunsCorporaAndModelsHave_AreKnown(bool isRun, params string[] files)
    {
        Assert.IsFalse(WorkFolder.IsIn(_folder));
        foreach (string file in files)
            File.WriteAllText(Path.Combine(_folder, file), "");
        Assert.IsTrue(WorkFolder.IsIn(_folder));
        Assert.AreEqual(isRun, WorkFolder.IsRun(_folder));
    }

    [TestMethod]
    [DataRow(ModelFolder.ConfigFile)]
    [DataRow("vocab.txt")]
    [DataRow(MetricsLog.FileName)]
    public void IsIn_FilesThatOthersHaveToo_AreNotEnough(string file)
    {
        File.WriteAllText(Path.Combine(_folder, file), "");
        Assert.IsFalse(WorkFolder.IsIn(_folder));
    }

    [TestMethod]
    [DataRow(MetricsLog.FileName)]
    [DataRow(FinetuningJournal.FileName)]
    [DataRow(SearchJournal.FileName)]
    public void RequireKind_JournalOfAnotherKind_IsRefusedAndItsOwnTaken(string journal)
    {
        File.WriteAllText(Path.Combine(_folder, journal), "");
        WorkFolder.RequireKind(_folder, journal);
        Assert.Contains($"with a {journal}", Assert.ThrowsExactly<ArgumentException>(() => WorkFolder.RequireKind(_folder, "other.jsonl")).Message);
    }

    [TestMethod]
    public void RequireKind_AFile_SaysThatARunNeedsAFolder()
    {
        string file = Path.Combine(_folder, "run");
        File.WriteAllText(file, "");
        Assert.Contains($"'{file}' is a file", Assert.ThrowsExactly<ArgumentException>(() => WorkFolder.RequireKind(file, MetricsLog.FileName)).Message);
    }
}
