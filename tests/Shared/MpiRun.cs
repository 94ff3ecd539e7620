using System.Diagnostics;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace AcademicBert.Tests;

/// <summary>Starts ranks with Open MPI's <c>mpirun</c>; the calling test is skipped, with the reason, where there is none.</summary>
internal static class MpiRun
{
    private static readonly Lazy<bool> s_there = new(() => Succeeds("mpirun", "--version"));

    /// <summary>Starts a .NET program on some ranks.</summary>
    public static Process Start(int ranks, string program, params string[] arguments)
    {
        if (!s_there.Value)
            Assert.Inconclusive("Skipped: Open MPI is not installed (mpirun of openmpi-bin).");
        string[] all = ["--allow-run-as-root", "--oversubscribe", "--bind-to", "none", "-np", $"{ranks}", "dotnet", program, .. arguments];
        var start = new ProcessStartInfo("mpirun", all) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["OMP_NUM_THREADS"] = "1";
        return Process.Start(start)!;
    }

    /// <summary>Waits for the end.</summary>
    /// <param name="process">The launch.</param>
    /// <param name="within">Time after which it is taken to hang, and the test fails; null: none.</param>
    /// <returns>Exit code, and what was written.</returns>
    public static async Task<(int Code, string Output)> End(Process process, TimeSpan? within = null)
    {
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        if (within is { } limit && !process.WaitForExit(limit))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"The ranks hang: not ended after {limit.TotalSeconds} s. {await output}{await errors}");
        }

        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await errors);
    }

    private static bool Succeeds(string program, string argument)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, [argument]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            string version = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 && version.Contains("Open MPI", StringComparison.Ordinal);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
