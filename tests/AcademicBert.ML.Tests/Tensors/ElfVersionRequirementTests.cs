using System.Text;
using AcademicBert.Tensors;

namespace AcademicBert.Tests.Tensors;

[TestClass]
public sealed class ElfVersionRequirementTests
{
    private const string Present = "GLIBCXX_3.4.32";

    [TestMethod]
    public void MarkWeak_ShimOfTorchSharp_ChangesOneFlagOnly()
    {
        byte[] before = Shim(), after = [.. before];
        Assert.AreEqual(1, ElfVersionRequirement.MarkWeak(after, Present));
        Assert.AreEqual(1, before.Zip(after).Count(pair => pair.First != pair.Second));
        Assert.AreEqual(1, ElfVersionRequirement.MarkWeak(after, Present), "marking twice is harmless");
        Assert.AreEqual(1, before.Zip(after).Count(pair => pair.First != pair.Second));
    }

    [TestMethod]
    public void MarkWeak_AbsentVersion_ChangesNothing()
    {
        byte[] before = Shim(), after = [.. before];
        Assert.AreEqual(0, ElfVersionRequirement.MarkWeak(after, "GLIBCXX_9.9"));
        Assert.AreSequenceEqual(before, after);
    }

    [TestMethod]
    public void MarkWeak_NoElfFile_IsRefused()
    {
        Assert.ThrowsExactly<BadImageFormatException>(() => ElfVersionRequirement.MarkWeak(Encoding.ASCII.GetBytes("MZ not an ELF file at all, but long enough to look at it......"), Present));
        Assert.ThrowsExactly<BadImageFormatException>(() => ElfVersionRequirement.MarkWeak(new byte[10], Present));
    }

    [TestMethod]
    public void MarkWeak_Truncated_IsRefusedOrUnchanged()
    {
        byte[] shim = Shim();
        Assert.ThrowsExactly<BadImageFormatException>(() => ElfVersionRequirement.MarkWeak(shim.AsSpan(0, shim.Length / 2).ToArray(), Present));
    }

    private static byte[] Shim()
    {
        string path = Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native", "libLibTorchSharp.so");
        if (!File.Exists(path))
            Assert.Inconclusive("Skipped: TorchSharp's shim for Linux is not in the output folder.");
        return File.ReadAllBytes(path);
    }
}
