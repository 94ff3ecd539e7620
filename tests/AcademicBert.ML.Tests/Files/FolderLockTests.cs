using AcademicBert.Files;

namespace AcademicBert.Tests.Files;

[TestClass]
public sealed class FolderLockTests
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    [TestMethod]
    public void Lock_HeldByAnother_IsRefusedAndStaysHeld()
    {
        using (new FolderLock(_path, "taken"))
        {
            for (int attempt = 0; attempt < 3; attempt++)
                Assert.AreEqual("taken", Assert.ThrowsExactly<IOException>(() => new FolderLock(_path, "taken")).Message);
            Assert.IsTrue(File.Exists(_path));
        }

        Assert.IsFalse(File.Exists(_path));
        var again = new FolderLock(_path, "taken");
        again.Dispose();
        using (new FolderLock(_path, "taken"))
        {
            again.Dispose();
            Assert.IsTrue(File.Exists(_path), "once let go, the file may be another's");
        }
    }

    [TestMethod]
    public void Lock_FileThatAKillLeft_IsNotHeld()
    {
        File.WriteAllText(_path, "");
        new FolderLock(_path, "taken").Dispose();
        Assert.IsFalse(File.Exists(_path));
    }
}
