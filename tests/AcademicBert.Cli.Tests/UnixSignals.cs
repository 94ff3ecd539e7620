using System.Globalization;

namespace AcademicBert.Tests;

/// <summary>Tests that send signals.</summary>
internal static class UnixSignals
{
    private const string Interrupt = "INT";
    private const int InterruptNumber = 2;

    /// <summary>Skips a test where its signal would not arrive.</summary>
    /// <param name="signal">Its name, as <c>kill</c> knows it.</param>
    public static void Require(string signal = "TERM")
    {
        if (OperatingSystem.IsWindows())
            Assert.Inconclusive("Skipped: Windows has no signals.");
        // What a script starts by & ignores interrupts, and so does all that it starts.
        if (signal == Interrupt && OperatingSystem.IsLinux() && (Ignored() >> (InterruptNumber - 1) & 1) != 0)
            Assert.Inconclusive("Skipped: the tests were started where interrupts are ignored, as in the background of a script.");
    }

    private static ulong Ignored() =>
        ulong.Parse(File.ReadLines("/proc/self/status").First(line => line.StartsWith("SigIgn:", StringComparison.Ordinal)).Split('\t')[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
