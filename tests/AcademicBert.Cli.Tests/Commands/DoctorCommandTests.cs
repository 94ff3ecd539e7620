using System.Diagnostics;
using System.Text.Json.Nodes;
using AcademicBert.Cli.Commands;

namespace AcademicBert.Tests.Commands;

[TestClass]
public sealed class DoctorCommandTests
{
    private readonly CommandLine _line = new();

    [TestCleanup]
    public void CleanUp() => _line.Dispose();

    [TestMethod]
    public async Task Doctor_SaysWhatIsComputedWith()
    {
        await _line.Succeed("doctor");
        string[] names = [.. _line.Output.Split('\n').Select(line => line.Split(' ')[0])];
        foreach (string name in (string[])["academicbert", "system", "processor", "memory", "limits", "disk", "GPU", "libtorch", "cpu"])
            Assert.Contains(name, names);
        Assert.Contains("libtorch      2.", _line.Output);
    }

    [TestMethod]
    public async Task Doctor_Json_IsOneObjectThatSaysTheSame()
    {
        await _line.Succeed("doctor", "--json");
        JsonNode report = JsonNode.Parse(_line.Output)!;
        Assert.IsTrue(File.Exists((string)report["engine"]!["libTorchPath"]!));
        Assert.AreEqual(Environment.ProcessorCount, (int)report["machine"]!["processors"]!);
        JsonNode cpu = report["engine"]!["devices"]![0]!;
        Assert.AreEqual("cpu", (string?)cpu["name"]);
        Assert.IsGreaterThan(1e6, (double)cpu["operationsPerSecond"]!);
        // An environment without kernels says so, one with them names the instruction set.
        Assert.AreEqual((bool)cpu["hasFusedKernels"]!, ((string)cpu["kernels"]!).StartsWith("fused kernels (", StringComparison.Ordinal));
        Assert.IsNull(report["problem"]);
    }

    [TestMethod]
    public async Task Doctor_EngineThatCannotStart_SaysWhyAndEndsWithFailure()
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "academicbert.dll"), "doctor"]) { RedirectStandardOutput = true };
        start.Environment["ACADEMICBERT_KERNELS"] = "perhaps";
        using Process process = Process.Start(start)!;
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.AreEqual(ExitCode.Failure, process.ExitCode);
        Assert.Contains("ACADEMICBERT_KERNELS is 'perhaps'; it must be auto, off or require.", output);
        Assert.Contains("memory ", output);
        Assert.DoesNotContain("Nothing stands in the way", output);
    }
}
