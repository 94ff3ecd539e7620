using System.CommandLine;
using System.CommandLine.Parsing;
using System.Diagnostics;
using AcademicBert.Cli;
using AcademicBert.Cli.Commands;
using Spectre.Console;

namespace AcademicBert.Tests.Commands;

/// <summary>The scripts of samples/multi-gpu, with launchers that start nothing but the command, and a command that writes down its arguments.</summary>
[TestClass]
public sealed class LaunchScriptTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("academicbert-tests-").FullName;

    [TestInitialize]
    public void Prepare()
    {
        if (OperatingSystem.IsWindows())
            Assert.Inconclusive("Skipped: there is no bash here.");
        const string start = "while [ \"$1\" != academicbert ]; do shift; done; exec \"$@\"";
        foreach (string launcher in (string[])["mpirun", "torchrun", "srun"])
            Program(launcher, $"echo {launcher} \"$@\" >> \"$(dirname \"$0\")/launched\"; {start}");
        Program("academicbert", "printf '%s\\n' \"$@\" > \"$(dirname \"$0\")/arguments\"");
    }

    [TestCleanup]
    public void Delete() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    [DataRow("pretrain.sh", "box", "")]
    [DataRow("pretrain.sh", "mpirun", "mpirun -np 4 ")]
    [DataRow("pretrain.sh", "torchrun", "torchrun --no-python --nnodes 1 --nproc-per-node 4 ")]
    [DataRow("pretrain.sbatch", null, "srun academicbert ")]
    public void Script_EachLauncher_StartsACommandLineThatTheProgramTakes(string script, string? launcher, string launched)
    {
        string[] launchers = launcher is null ? [] : [launcher];
        (int code, string errors) = Run(script, [.. launchers, "corpus of mine", "runs/first", "--budget", "2h"]);
        Assert.AreEqual(0, code, errors);
        string[] arguments = File.ReadAllLines(Path.Combine(_folder, "arguments"));
        ParseResult parsed = Application.Root(AnsiConsole.Console).Parse(arguments);
        Assert.IsEmpty(parsed.Errors, string.Join('\n', parsed.Errors.Select(error => error.Message)));
        Assert.IsInstanceOfType<PretrainCommand>(parsed.CommandResult.Command);
        Assert.AreEqual("corpus of mine", arguments[1]);
        string[] options = [.. arguments.Where(argument => argument.StartsWith("--", StringComparison.Ordinal))];
        Assert.Contains("--recipe", options);
        foreach (string option in options)
            Assert.Contains(option, parsed.CommandResult.Command.Options.Select(known => known.Name), "an option of pretrain");
        Assert.StartsWith(launched, File.Exists(Path.Combine(_folder, "launched")) ? File.ReadAllText(Path.Combine(_folder, "launched")) : "");
    }

    [TestMethod]
    public void Script_WithoutArguments_SaysHowItIsUsed()
    {
        (int code, string errors) = Run("pretrain.sh", []);
        Assert.AreEqual(2, code);
        Assert.Contains("LAUNCHER CORPUS RUN", errors);
        string[] advice = errors.Split('\n').Single(line => line.TrimStart().StartsWith("academicbert", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..];
        Assert.IsEmpty(Application.Root(AnsiConsole.Console).Parse(advice).Errors, string.Join(' ', advice));
    }

    private void Program(string name, string text)
    {
        string file = Path.Combine(_folder, name);
        File.WriteAllText(file, $"#!/bin/bash\n{text}\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    private (int Code, string Errors) Run(string script, string[] arguments)
    {
        var start = new ProcessStartInfo("bash", [Path.Combine(TestData.RepositoryRoot, "samples", "multi-gpu", script), .. arguments]) { RedirectStandardError = true };
        start.Environment["PATH"] = $"{_folder}:{start.Environment["PATH"]}";
        start.Environment["GPUS"] = "4";
        start.Environment.Remove("HOSTS");
        using Process process = Process.Start(start)!;
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, errors);
    }
}
