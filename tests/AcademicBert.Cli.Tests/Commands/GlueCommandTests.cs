using System.Diagnostics;
using System.Text.Json.Nodes;
using AcademicBert.Cli;
using AcademicBert.Cli.Commands;
using AcademicBert.Tests.Glue;
using AcademicBert.Tests.Interop;
using Spectre.Console;

namespace AcademicBert.Tests.Commands;

[TestClass]
public sealed class GlueCommandTests
{
    private static readonly string[] s_small = ["--learningRates", "1e-3,5e-3", "--batchSizes", "8", "--epochs", "1", "--seeds", "1,2", "--threads", "1"];

    private readonly string _folder = Directory.CreateTempSubdirectory("academicbert-tests-").FullName;
    private readonly StringWriter _output = new(), _errors = new();

    public required TestContext TestContext { get; set; }

    private string Model => Path.Combine(_folder, "model");

    private string Data => Path.Combine(_folder, "data");

    private string Run => Path.Combine(_folder, "run");

    private string Journal => Path.Combine(Run, "WNLI", "trials.jsonl");

    [TestInitialize]
    public void WriteInputs()
    {
        TinyGlue.WriteModel(Model);
        TinyGlue.WriteTask(Data, "WNLI");
    }

    [TestCleanup]
    public void CleanUp() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public async Task Glue_ATask_MakesResultsAndASubmission()
    {
        Assert.AreEqual(ExitCode.Success, await Execute("--tasks", "wnli", "--pricePerHour", "2"), _errors.ToString());
        foreach (string file in (string[])["results.md", "recipe.json", "submission.zip", "WNLI/trials.jsonl", "WNLI/predictions.json", "WNLI/inputs.json"])
            Assert.IsTrue(File.Exists(Path.Combine(Run, file)), file);
        string output = _output.ToString();
        Assert.Contains("WNLI   4 trials", output);
        Assert.Contains("at 2 an hour", output);
        Assert.Contains("WNLI 4 of 4: lr5E-3-batch8-epochs1-seed2", output);
        Assert.Contains("Chosen: ", output);
        Assert.Contains("submission.zip is not complete: CoLA.tsv is missing.", output);
    }

    [TestMethod]
    public async Task Glue_HuggingFaceBertFolder_TakesTheSameCommand()
    {
        Directory.Delete(Model, recursive: true);
        HuggingFaceBert.Write(Model);
        Assert.AreEqual(ExitCode.Success, await Execute("--tasks", "WNLI"), _errors.ToString());
        Assert.Contains("WNLI 4 of 4", _output.ToString());
        Assert.IsTrue(File.Exists(Path.Combine(Run, "submission.zip")));
    }

    [TestMethod]
    public async Task Glue_DryRun_EstimatesAndWritesNothing()
    {
        Assert.AreEqual(ExitCode.Success, await Execute("--tasks", "WNLI", "--dryRun"), _errors.ToString());
        Assert.Contains("WNLI   4 trials, 24 rows, about 00:00:0", _output.ToString());
        Assert.IsFalse(Directory.Exists(Run));
    }

    [TestMethod]
    public async Task Glue_FileAndFlag_FlagWins()
    {
        string file = Path.Combine(_folder, "options.json");
        await File.WriteAllTextAsync(file, """{ "tasks": ["WNLI"], "learningRates": [2e-3, 3e-3], "seeds": [9], "finetuning": { "weightDecay": 0.2 } }""");
        Assert.AreEqual(ExitCode.Success, await Application.RunAsync(["glue", Model, "--data", Data, "--run", Run, "--options", file, "--batchSizes", "8", "--epochs", "1", "--learningRates", "4e-3"], Ansi(), _errors), _errors.ToString());
        Assert.Contains("WNLI 1 of 1: lr4E-3-batch8-epochs1-seed9", _output.ToString());
        Assert.AreEqual(0.2, (double)JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Run, "WNLI", "inputs.json")))!["finetuning"]!["weightDecay"]!);
    }

    [TestMethod]
    [DataRow(ExitCode.Usage, "--tasks", "SQuAD", "no GLUE task 'SQuAD'")]
    [DataRow(ExitCode.Usage, "--learningRates", "fast", "--learningRates fast")]
    [DataRow(ExitCode.Usage, "--seeds", "1,1", "--seeds names something twice")]
    [DataRow(ExitCode.Usage, "--parallel", "0", "--parallel is 0")]
    [DataRow(ExitCode.Failure, "--tasks", "RTE", "RTE has no train.tsv")]
    [DataRow(ExitCode.Usage, "--finetuning.maxLength", "64", "--finetuning.maxLength is 64")]
    [DataRow(ExitCode.Usage, "--finetuning.learningRate", "1", "--finetuning.learningRate")]
    public async Task Glue_BadFlag_IsNamedInOneLineAndNothingIsWritten(int code, string flag, string value, string named)
    {
        Assert.AreEqual(code, await Execute(flag == "--tasks" ? [flag, value] : [flag, value, "--tasks", "WNLI"]));
        Assert.Contains(named, _errors.ToString());
        if (code == ExitCode.Failure)
            Assert.HasCount(1, _errors.ToString().TrimEnd().Split('\n'));
        Assert.IsFalse(Directory.Exists(Run));
    }

    [TestMethod]
    public async Task Glue_WholeGridKilledAgainAndAgain_RunsEveryTrialExactlyOnce()
    {
        // The whole grid of the paper: 24 configurations, 5 seeds.
        string[] arguments = ["--tasks", "WNLI", "--threads", "1"];
        int kills = 0;
        foreach (int after in (int[])[3, 17, 40])
            kills += await Start(arguments, killAfter: after) == 0 ? 0 : 1;
        Assert.AreEqual(3, kills);
        int doneBefore = (await File.ReadAllLinesAsync(Journal)).Length;
        Assert.IsLessThan(120, doneBefore);
        Assert.AreEqual(0, await Start(arguments, killAfter: null));

        JsonNode[] lines = [.. (await File.ReadAllLinesAsync(Journal)).Select(line => JsonNode.Parse(line)!)];
        Assert.HasCount(120, lines);
        Assert.HasCount(120, lines.Select(line => line["trial"]!.ToJsonString()).Distinct());
        Assert.HasCount(5, Directory.GetDirectories(Path.Combine(Run, "WNLI", "models")));
        Assert.IsTrue(File.Exists(Path.Combine(Run, "submission.zip")));

        string results = await File.ReadAllTextAsync(Path.Combine(Run, "results.md"));
        Assert.AreEqual(0, await Start(arguments, killAfter: null));
        Assert.HasCount(120, await File.ReadAllLinesAsync(Journal));
        Assert.AreEqual(results, await File.ReadAllTextAsync(Path.Combine(Run, "results.md")));
    }

    [TestMethod]
    public async Task Help_ListsEveryOption()
    {
        TextWriter before = Console.Out;
        var help = new StringWriter();
        Console.SetOut(help);
        try
        {
            Assert.AreEqual(ExitCode.Success, await Application.RunAsync(["glue", "--help"], Ansi(), _errors));
        }
        finally
        {
            Console.SetOut(before);
        }

        foreach (string flag in (string[])["--data", "--run", "--dryRun", "--pricePerHour", "--options", "--tasks", "--learningRates", "--seeds", "--fromMnli", "--untrained", "--parallel", "--finetuning.weightDecay"])
            Assert.Contains(flag, help.ToString());
        Assert.DoesNotContain("--finetuning.epochs", help.ToString());
    }

    /// <summary>Runs the command in a process of its own and kills it after some trials.</summary>
    private async Task<int> Start(string[] arguments, int? killAfter)
    {
        using Process process = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "academicbert.dll"), "glue", Model, "--data", Data, "--run", Run, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        int trials = 0;
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.Contains(" of 120: ", StringComparison.Ordinal) && ++trials == killAfter)
                process.Kill();
        }

        await process.WaitForExitAsync();
        if (killAfter is null)
            TestContext.WriteLine($"{trials} trials in the last process. {await errors}");
        return process.ExitCode;
    }

    private Task<int> Execute(params string[] arguments)
    {
        IEnumerable<string[]> defaults = s_small.Chunk(2).Where(pair => !arguments.Contains(pair[0]));
        return Application.RunAsync(["glue", Model, "--data", Data, "--run", Run, .. arguments, .. defaults.SelectMany(pair => pair)], Ansi(), _errors);
    }

    private IAnsiConsole Ansi() =>
        AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Interactive = InteractionSupport.No, Out = new AnsiConsoleOutput(_output) });
}
