using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace AcademicBert.Tests;

/// <summary>
/// Starts ranks with <c>mpirun</c>, or what ACADEMICBERT_MPIRUN names, of Open MPI or MPICH; the calling test is skipped, with the reason, where
/// there is none.
/// </summary>
internal static class MpiRun
{
    private static readonly string s_launcher = Environment.GetEnvironmentVariable("ACADEMICBERT_MPIRUN") is { Length: > 0 } named ? named : "mpirun";
    private static readonly Lazy<string> s_version = new(() => Version(s_launcher));

    private static bool IsOpenMpi => s_version.Value.Contains("Open MPI", StringComparison.Ordinal);

    // The launcher of MPICH.
    private static bool IsHydra => s_version.Value.Contains("HYDRA", StringComparison.Ordinal);

    /// <summary>Starts a .NET program on some ranks.</summary>
    public static Process Start(int ranks, string program, params string[] arguments)
    {
        if (!IsOpenMpi && !IsHydra)
            Assert.Inconclusive($"Skipped: there is no MPI ('{s_launcher}', of openmpi-bin or mpich).");
        string[] own = IsOpenMpi ? ["--allow-run-as-root", "--oversubscribe", "--bind-to", "none"] : [];
        var start = new ProcessStartInfo(s_launcher, [.. own, "-np", $"{ranks}", "dotnet", program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
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

    /// <summary>What is said of a rank that was killed: by the others, or by MPICH's launcher, which ends them before they can.</summary>
    public static Regex WordsOfKilled(int rank) => new(IsHydra ? @"Killed \(signal 9\)" : $@"Rank {rank} \(process \d+.*was killed");

    /// <summary>The process of a rank.</summary>
    public static int ProcessOf(Process launch, int rank)
    {
        string variable = $"{(IsOpenMpi ? "OMPI_COMM_WORLD_RANK" : "PMI_RANK")}={rank}";
        foreach (string folder in Directory.EnumerateDirectories("/proc").Where(folder => int.TryParse(Path.GetFileName(folder), out _)))
        {
            try
            {
                int process = int.Parse(Path.GetFileName(folder), CultureInfo.InvariantCulture);
                if (File.ReadAllText(Path.Combine(folder, "environ")).Split('\0').Contains(variable) && IsBelow(process, launch.Id))
                    return process;
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // A process that has ended meanwhile.
            }
        }

        throw new AssertFailedException($"{s_launcher} has no rank {rank}.");
    }

    // MPICH has a process of its own between launcher and ranks.
    private static bool IsBelow(int process, int ancestor)
    {
        while (process > 1 && process != ancestor)
            process = int.Parse(File.ReadAllText($"/proc/{process}/stat").Split(") ")[^1].Split(' ')[1], CultureInfo.InvariantCulture);
        return process == ancestor;
    }

    private static string Version(string program)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, ["--version"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            string version = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? version : "";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "";
        }
    }
}
