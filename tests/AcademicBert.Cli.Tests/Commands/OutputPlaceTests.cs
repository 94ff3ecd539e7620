using AcademicBert.Cli.Commands;

namespace AcademicBert.Tests.Commands;

[TestClass]
public sealed class OutputPlaceTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("academicbert-tests-").FullName;

    [TestCleanup]
    public void CleanUp() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void Require_PlaceThatCanBeWritten_LeavesNothingNewAndWhatThereWas()
    {
        string file = Path.Combine(_folder, "file");
        File.WriteAllText(file, "before");
        OutputPlace.RequireRunFolder(Path.Combine(_folder, "a", "b"));
        OutputPlace.RequireRunFolder(_folder);
        OutputPlace.RequireFile(Path.Combine(_folder, "c", "d.tsv"));
        OutputPlace.RequireFile(file);
        OutputPlace.RequireNewFolder(Path.Combine(_folder, "e", "corpus"), "corpus folder", "corpus.json");
        OutputPlace.RequireNewFolder(_folder, "folder", "file");
        Assert.AreSequenceEqual([file], Directory.GetFileSystemEntries(_folder));
        Assert.AreEqual("before", File.ReadAllText(file));
    }

    [TestMethod]
    public void Require_PlaceThatCannotBeWritten_SaysWhy()
    {
        string file = Path.Combine(_folder, "file");
        File.WriteAllText(file, "");
        Assert.AreEqual($"Cannot create the run folder '{file}': '{file}' is a file.", Assert.ThrowsExactly<IOException>(() => OutputPlace.RequireRunFolder(file)).Message);
        Assert.AreEqual($"Cannot write the file '{_folder}': there is a folder of that name.", Assert.ThrowsExactly<IOException>(() => OutputPlace.RequireFile(_folder)).Message);
        Assert.AreEqual($"Cannot create the model folder '{file}': '{file}' is a file.", Assert.ThrowsExactly<IOException>(() => OutputPlace.RequireNewFolder(file, "model folder", "config.json")).Message);
        Assert.AreEqual($"Cannot create the model folder '{_folder}': it holds other files. Name a new or empty folder.", Assert.ThrowsExactly<IOException>(() => OutputPlace.RequireNewFolder(_folder, "model folder", "config.json")).Message);
        if (!OperatingSystem.IsLinux())
            return;
        Assert.AreEqual("Cannot create the corpus folder '/proc/none/corpus': nothing can be made in '/proc'.", Assert.ThrowsExactly<IOException>(() => OutputPlace.RequireNewFolder("/proc/none/corpus", "corpus folder", "corpus.json")).Message);
        Assert.AreEqual("Cannot create the run folder '/proc/none': nothing can be made in '/proc'.", Assert.ThrowsExactly<IOException>(() => OutputPlace.RequireRunFolder("/proc/none")).Message);
        Assert.StartsWith("Cannot write the file '/proc/none.tsv': ", Assert.ThrowsExactly<IOException>(() => OutputPlace.RequireFile("/proc/none.tsv")).Message);
    }
}
