using AcademicBert.Files;

namespace AcademicBert.Tests.Files;

[TestClass]
public sealed class NewFolderTests
{
    private const string Mark = "config.json";

    private readonly string _folder = Directory.CreateTempSubdirectory("academicbert-tests-").FullName;

    private string Target => Path.Combine(_folder, "model");

    [TestCleanup]
    public void CleanUp() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void Write_NewEmptyOrMarkedFolder_HoldsWhatWasWrittenOnly()
    {
        Write("one");
        File.WriteAllText(Path.Combine(Target, Mark), "");
        File.WriteAllText(Path.Combine(Target, "old"), "");
        Write("two");
        Assert.AreSequenceEqual([Path.Combine(Target, "two")], Directory.GetFileSystemEntries(Target));
        File.Delete(Path.Combine(Target, "two"));
        Write("three");
        Assert.AreSequenceEqual([Target], Directory.GetFileSystemEntries(_folder));
    }

    [TestMethod]
    [DataRow("thesis.txt", false)]
    [DataRow("corpus/corpus.json", true)]
    public void Write_FolderOfSomethingElse_LeavesItAsItIs(string file, bool marked)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(Target, file))!);
        File.WriteAllText(Path.Combine(Target, file), "years of work");
        if (marked)
            File.WriteAllText(Path.Combine(Target, Mark), "");
        Assert.Contains($"'{Target}' holds other files", Assert.ThrowsExactly<IOException>(() => Write("one")).Message);
        Assert.AreEqual("years of work", File.ReadAllText(Path.Combine(Target, file)));
        Assert.AreSequenceEqual([Target], Directory.GetFileSystemEntries(_folder));
    }

    [TestMethod]
    public void Write_FoldersOfLikeNames_Stay()
    {
        foreach (string name in (string[])["model.tmp", "model.old"])
            File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(_folder, name)).FullName, "thesis.txt"), "");
        Write("one");
        Assert.IsTrue(File.Exists(Path.Combine(_folder, "model.tmp", "thesis.txt")));
        Assert.IsTrue(File.Exists(Path.Combine(_folder, "model.old", "thesis.txt")));
    }

    [TestMethod]
    public void Recover_KilledWhileItWasReplaced_GivesTheOldBack()
    {
        Write("one");
        string replaced = Target + ".academicbert.old.tmp";
        Directory.Move(Target, replaced);
        NewFolder.RecoverAllIn(_folder);
        Assert.AreSequenceEqual([Path.Combine(Target, "one")], Directory.GetFileSystemEntries(Target));

        // Killed a moment later, the new one is in its place.
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(replaced).FullName, "zero"), "");
        NewFolder.Recover(Target);
        Assert.AreSequenceEqual([Target], Directory.GetFileSystemEntries(_folder));
        Assert.IsTrue(File.Exists(Path.Combine(Target, "one")));
    }

    [TestMethod]
    public void Write_Failing_LeavesTheOld()
    {
        Write("one");
        File.WriteAllText(Path.Combine(Target, Mark), "");
        Assert.ThrowsExactly<InvalidOperationException>(() => NewFolder.Write(Target, _ => throw new InvalidOperationException(), Mark));
        Assert.IsTrue(File.Exists(Path.Combine(Target, "one")));
        Assert.AreSequenceEqual([Target], Directory.GetFileSystemEntries(_folder));
    }

    private void Write(string file) => NewFolder.Write(Target, folder => File.WriteAllText(Path.Combine(folder, file), ""), Mark);
}
