using System.Diagnostics;
using AcademicBert.Cli.Commands;
using AcademicBert.Cli.Display;

namespace AcademicBert.Tests.Display;

[TestClass]
public sealed class StandardOutputTests
{
    [TestMethod]
    public void Write_AnyWay_PassesAllOn()
    {
        var inner = new StringWriter();
        var output = new StandardOutput(inner) { NewLine = "\n" };
        output.Write('a');
        output.Write("bc");
        output.Write((string?)null);
        output.Write(['x', 'd', 'e', 'x'], 1, 2);
        output.WriteLine("f");
        output.Write("{0}", 1);
        Assert.AreEqual("abcdef\n1", inner.ToString());
    }

    [TestMethod]
    [DataRow("doctor")]
    [DataRow("predict --help")]
    [DataRow("")]
    public async Task Command_FullStandardOutput_IsOneLineThatNamesIt(string command)
    {
        if (!OperatingSystem.IsLinux())
            Assert.Inconclusive("Skipped: only Linux has a file that is always full.");
        var start = new ProcessStartInfo("sh", ["-c", $"exec dotnet \"$0\" {command} > /dev/full", Path.Combine(AppContext.BaseDirectory, "academicbert.dll")]) { RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        string errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.AreEqual(ExitCode.Failure, process.ExitCode);
        Assert.MatchesRegex(@"^Cannot write to standard output: [^\n]+\n$", errors);
    }
}
