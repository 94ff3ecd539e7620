using AcademicBert.Training;

namespace AcademicBert.Tests.Training;

[TestClass]
public sealed class FolderManifestTests
{
    private readonly string _root = Directory.CreateTempSubdirectory("academicbert-tests-").FullName;

    [TestCleanup]
    public void CleanUp() => Directory.Delete(_root, recursive: true);

    private string Folder => Path.Combine(_root, "sealed");

    private string Manifest => Path.Combine(Folder, "manifest.json");

    [TestMethod]
    [DataRow("/dev/zero", DisplayName = "a file without an end")]
    [DataRow("../outside")]
    [DataRow("..")]
    [DataRow("")]
    public void Verify_NameThatLeadsOut_IsRefusedWithoutReadingIt(string name)
    {
        FolderManifest.Write(Folder, [("a", stream => stream.Write("content"u8))]);
        File.WriteAllText(Path.Combine(_root, "outside"), "content");
        File.WriteAllText(Manifest, File.ReadAllText(Manifest).Replace("\"a\"", $"\"{name}\"", StringComparison.Ordinal));
        Assert.Contains("no file name", Assert.ThrowsExactly<InvalidDataException>(() => FolderManifest.Verify(Folder)).Message);
    }

    [TestMethod]
    [DataRow("null")]
    [DataRow("{ \"version\": 1, \"files\": null }")]
    [DataRow("{ \"version\": 1, \"files\": { \"a\": null } }")]
    public void Verify_ManifestWithoutEntries_IsRefused(string manifest)
    {
        FolderManifest.Write(Folder, [("a", stream => stream.Write("content"u8))]);
        File.WriteAllText(Manifest, manifest);
        Assert.ThrowsExactly<InvalidDataException>(() => FolderManifest.Verify(Folder));
    }
}
