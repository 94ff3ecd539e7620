using System.Diagnostics;

namespace AcademicBert.Tests.SupplyChain;

/// <summary>What the repository holds can be read: programs are built from it, not kept in it.</summary>
[TestClass]
public sealed class RepositoryFilesTests
{
    private static readonly byte[][] s_magics =
    [
        [0x7F, .. "ELF"u8], [.. "MZ"u8], [.. "!<arch>\n"u8],
        [0xFE, 0xED, 0xFA, 0xCE], [0xFE, 0xED, 0xFA, 0xCF], [0xCE, 0xFA, 0xED, 0xFE], [0xCF, 0xFA, 0xED, 0xFE], [0xCA, 0xFE, 0xBA, 0xBE],
    ];

    [TestMethod]
    public void TrackedFiles_None_IsANativeBinary()
    {
        string[] files = Tracked();
        Assert.IsGreaterThan(500, files.Length);
        string[] binaries = [.. files.Where(file => IsBinary(Path.Combine(TestData.RepositoryRoot, file)))];
        Assert.IsEmpty(binaries, string.Join('\n', binaries));
    }

    [TestMethod]
    public void IsBinary_ProgramAndSource_TellsThemApart()
    {
        Assert.IsTrue(IsBinary(Environment.ProcessPath!));
        Assert.IsTrue(IsBinary(typeof(RepositoryFilesTests).Assembly.Location));
        Assert.IsFalse(IsBinary(Path.Combine(TestData.RepositoryRoot, "README.md")));
    }

    private static bool IsBinary(string path)
    {
        // What is listed may be deleted in this checkout.
        if (!File.Exists(path))
            return false;
        Span<byte> start = stackalloc byte[8];
        using FileStream stream = File.OpenRead(path);
        int length = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        foreach (byte[] magic in s_magics)
        {
            if (start[..length].StartsWith(magic))
                return true;
        }

        return false;
    }

    private static string[] Tracked()
    {
        try
        {
            using Process git = Process.Start(new ProcessStartInfo("git", ["-C", TestData.RepositoryRoot, "ls-files", "-z"]) { RedirectStandardOutput = true })!;
            string output = git.StandardOutput.ReadToEnd();
            git.WaitForExit();
            if (git.ExitCode == 0)
                return output.Split('\0', StringSplitOptions.RemoveEmptyEntries);
        }
        catch (System.ComponentModel.Win32Exception)
        {
        }

        Assert.Inconclusive("Skipped: this is no checkout that git knows.");
        return [];
    }
}
