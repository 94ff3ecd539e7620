using AcademicBert.Finetuning;
using AcademicBert.Modeling;
using AcademicBert.Training;

namespace AcademicBert.Tests.Training;

[TestClass]
public sealed class OptionsFileTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("academicbert-tests-").FullName;

    [TestCleanup]
    public void CleanUp() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    [DataRow("")]
    [DataRow("null")]
    [DataRow("[]")]
    [DataRow("{ \"dataset\": \"a\"")]
    [DataRow("{ \"dataset\": \"a\", \"dataset\": \"a\" }")]
    public void Prepare_DamagedFileOfARunThatHasBegun_NamesItAndLeavesIt(string content)
    {
        string path = Path.Combine(_folder, OptionsFile.Name);
        File.WriteAllText(path, content);
        Assert.Contains(path, Assert.ThrowsExactly<InvalidDataException>(Prepare).Message);
        Assert.AreEqual(content, File.ReadAllText(path));
    }

    [TestMethod]
    [DataRow("3")]
    [DataRow("{ \"learningRate\": 1E-99999999999 }")]
    public void Prepare_OptionsThatAreNone_AreOtherOptions(string options)
    {
        File.WriteAllText(Path.Combine(_folder, OptionsFile.Name), $"{{ \"dataset\": \"a\", \"options\": {options} }}");
        Assert.Contains("other options", Assert.ThrowsExactly<ArgumentException>(Prepare).Message);
    }

    [TestMethod]
    public void Prepare_OtherOptions_NamesEachWithItsOldAndItsNewValueAndLeavesTheFile()
    {
        Prepare();
        string before = File.ReadAllText(Path.Combine(_folder, OptionsFile.Name));
        var other = new FinetuningOptions { Epochs = 7, Device = "cpu", Precision = ComputePrecision.Float32 };
        foreach (Action start in (Action[])[() => OptionsFile.Prepare(_folder, begun: true, [("dataset", "a")], other), () => OptionsFile.Require(_folder, begun: true, [("dataset", "a")], other)])
        {
            string message = Assert.ThrowsExactly<ArgumentException>(start).Message;
            Assert.Contains($": FinetuningOptions.Epochs {new FinetuningOptions().Epochs} -> 7, FinetuningOptions.Device none -> cpu, FinetuningOptions.Precision Auto -> Float32. Give", message);
        }

        Assert.AreEqual(before, File.ReadAllText(Path.Combine(_folder, OptionsFile.Name)));
    }

    [TestMethod]
    public void Require_FolderWithoutARun_WritesNothing()
    {
        OptionsFile.Require(Path.Combine(_folder, "new"), begun: true, [("dataset", "a")], new FinetuningOptions());
        Assert.IsEmpty(Directory.GetFileSystemEntries(_folder));
    }

    private void Prepare() => OptionsFile.Prepare(_folder, begun: true, [("dataset", "a")], new FinetuningOptions());
}
