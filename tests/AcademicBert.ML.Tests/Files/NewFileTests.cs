using AcademicBert.Files;

namespace AcademicBert.Tests.Files;

[TestClass]
public sealed class NewFileTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("academicbert-tests-").FullName;

    private string Path => System.IO.Path.Combine(_folder, "file.txt");

    [TestCleanup]
    public void CleanUp() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void Write_WriterThatFails_LeavesTheFileThatWasThereAndNothingElse()
    {
        NewFile.WriteText(Path, "before");
        Assert.ThrowsExactly<InvalidOperationException>(() => NewFile.Write(Path, stream =>
        {
            stream.WriteByte(1);
            throw new InvalidOperationException();
        }));
        Assert.AreEqual("before", File.ReadAllText(Path));
        Assert.HasCount(1, Directory.GetFiles(_folder));
    }

    [TestMethod]
    public void Write_DeviceOrPipe_IsRefusedAndStays()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Inconclusive("Skipped: devices and pipes are named as on Linux.");
        Assert.Contains("'/dev/null' is a device", Assert.ThrowsExactly<IOException>(() => NewFile.RequirePlace("/dev/null")).Message);
        using var made = System.Diagnostics.Process.Start("mkfifo", [Path]);
        made.WaitForExit();
        Assert.Contains("is a device or a pipe", Assert.ThrowsExactly<IOException>(() => NewFile.WriteText(Path, "a")).Message);
        File.Delete(Path);
        NewFile.WriteText(Path, "");
        NewFile.WriteText(Path, "over an empty file");
    }

    [TestMethod]
    public void Write_FolderThatIsNotThere_NamesTheFileThatWasAskedFor()
    {
        string path = System.IO.Path.Combine(_folder, "none", "file.txt");
        IOException error = Assert.Throws<IOException>(() => NewFile.WriteText(path, ""));
        Assert.Contains(path, error.Message);
        Assert.DoesNotContain(".tmp", error.Message);
    }

    [TestMethod]
    public void WriteText_OverAFileAndWhatAKilledWriterLeft_ReplacesBoth()
    {
        File.WriteAllText(Path, "before");
        File.WriteAllText(Path + ".tmp", "half of something longer");
        NewFile.WriteText(Path, "ä");
        Assert.AreSequenceEqual("ä"u8.ToArray(), File.ReadAllBytes(Path));
        Assert.HasCount(1, Directory.GetFiles(_folder));
    }
}
