using System.Runtime.InteropServices;
using AcademicBert.Tensors;

namespace AcademicBert.Tests.Tensors;

[TestClass]
public sealed class LibTorchCheckTests
{
    [TestMethod]
    public void Missing_PackagedLibTorch_IsNothing()
    {
        byte[] shim = File.ReadAllBytes(Find("libLibTorchSharp.so"));
        Assert.IsGreaterThan(1000, ElfSymbols.Required(shim).Count);
        Assert.IsEmpty(LibTorchCheck.Missing(shim, NativeLibrary.Load(Find("libtorch_cpu.so"))));
    }

    [TestMethod]
    public void Require_AnotherLibrary_SaysWhatDoesNotFitAndWhatToDo()
    {
        string shim = Find("libLibTorchSharp.so");
        nint other = NativeLibrary.Load("libc.so.6");
        string message = Assert.ThrowsExactly<DllNotFoundException>(() => LibTorchCheck.Require("/opt/elsewhere/lib", other, shim)).Message;
        foreach (string part in (string[])["/opt/elsewhere/lib", "2.10", "_ZT", "ACADEMICBERT_LIBTORCH"])
            Assert.Contains(part, message);
    }

    [TestMethod]
    public void Required_DamagedFile_IsRefused()
    {
        byte[] shim = File.ReadAllBytes(Find("libLibTorchSharp.so"));
        Assert.ThrowsExactly<BadImageFormatException>(() => ElfSymbols.Required(shim.AsSpan(0, 100)));
        Assert.ThrowsExactly<BadImageFormatException>(() => ElfSymbols.Required("no library at all, but long enough to have a header of one, if it were"u8));
    }

    private static string Find(string library)
    {
        string path = Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native", library);
        if (!File.Exists(path))
            Assert.Inconclusive($"Skipped: {library} is not in the output.");
        return path;
    }
}
