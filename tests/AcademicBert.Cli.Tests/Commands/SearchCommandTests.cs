using System.Diagnostics;
using System.Text.Json.Nodes;
using AcademicBert.Cli.Commands;

namespace AcademicBert.Tests.Commands;

[TestClass]
public sealed class SearchCommandTests
{
    private const string Space = """[{ "option": "batchSize", "values": [4, 8] }, { "option": "schedule.peak", "values": [2e-2, 1e-2, 1e-6] }]""";
    private const string Rungs = """[{ "at": 0.25 }, { "at": 0.5, "keep": 0.5 }]""";

    private readonly CommandLine _line = new();

    public required TestContext TestContext { get; set; }

    private string Search => _line.Path("search");

    [TestCleanup]
    public void CleanUp() => _line.Dispose();

    [TestMethod]
    public async Task Search_Text_MakesATableAndRunFoldersThatReplayToTheSame()
    {
        await _line.Succeed(Arguments("--pricePerHour", "2"));
        Assert.Contains("3 runs of batchSize 4: 8 steps, 32 samples", _line.Output);
        Assert.Contains("6 runs, 1 at a time", _line.Output);
        Assert.Contains("at 2 an hour", _line.Output);
        Assert.Contains("Rung 2: 3 runs go on, 3 are dropped.", _line.Output);
        Assert.Contains("6 of 6 runs ended, 100 %", _line.Output);
        string table = await File.ReadAllTextAsync(Path.Combine(Search, "results.md"));
        Assert.Contains(table, _line.Output);
        foreach (string file in (string[])["options.json", "search.jsonl", "corpus/corpus.json", "runs/batchSize4-peak0.02/model/config.json"])
            Assert.IsTrue(File.Exists(Path.Combine(Search, file)), file);

        using var replay = new CommandLine();
        await replay.Succeed("search", "replay", Search);
        Assert.Contains(table, replay.Output);
        Assert.Contains("2 decisions follow from the recorded losses", replay.Output);
        string journal = Path.Combine(Search, "search.jsonl");
        await File.WriteAllTextAsync(journal, (await File.ReadAllTextAsync(journal)).Replace("\"kept\":[\"batchSize4", "\"kept\":[\"batchSize5", StringComparison.Ordinal));
        Assert.AreEqual(ExitCode.Failure, await replay.Run("search", "replay", Search));
        Assert.Contains("search.jsonl', line 9", replay.Errors);
    }

    [TestMethod]
    public async Task Search_DryRun_EstimatesAndBeginsNothing()
    {
        await _line.Succeed(Arguments("--dryRun"));
        Assert.Contains("at most about 00:00:", _line.Output);
        Assert.AreSequenceEqual(["corpus"], Directory.GetFileSystemEntries(Search).Select(path => Path.GetFileName(path)));
    }

    [TestMethod]
    public async Task Search_FileAndFlags_FlagsWin()
    {
        string file = _line.Path("search.json");
        await File.WriteAllTextAsync(file, $$"""{ "recipe": { "pretraining": { "seed": 5, "copies": 3 } }, "space": {{Space}}, "rungs": {{Rungs}}, "sample": { "count": 1 } }""");
        await _line.Succeed([.. Arguments(null, without: ["--space", "--rungs"]), "--recipe", file, "--seed", "6", "--sample", """{ "count": 2 }"""]);
        Assert.Contains("2 runs, 1 at a time", _line.Output);
        JsonNode pretraining = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Search, "options.json")))!["options"]!["recipe"]!["pretraining"]!;
        Assert.AreEqual((6, 3), ((int)pretraining["seed"]!, (int)pretraining["copies"]!));
    }

    [TestMethod]
    public async Task Search_NoRunLeft_ExitsAsPruned()
    {
        Assert.AreEqual(ExitCode.Pruned, await _line.Run([.. Arguments(null, without: ["--rungs"]), "--rungs", """[{ "at": 0.25, "maxLoss": 0.5 }]"""]), _line.Errors);
        Assert.Contains("Warning: the loss limit 0.5", _line.Output);
    }

    [TestMethod]
    [DataRow("--batchSize", "16", "--batchSize cannot be set: the space varies it")]
    [DataRow("--rungs", """[{ "at": 2 }]""", "SearchRung.At is 2")]
    [DataRow("--rungs", "half", "--rungs half")]
    [DataRow("--parallel", "0", "--parallel is 0")]
    [DataRow("--devices", "gpu", "--devices names 'gpu'")]
    [DataRow("--recipe", "macro", "'macro' is neither a search file nor one of the searches nano, paper")]
    [DataRow("--model.heads", "3", "--model.hiddenSize (16)")]
    [DataRow("--sample", "4", "--sample 4: it must be JSON of the form '{ \"count\": 1, \"seed\": 1 }'")]
    [DataRow("--model.layers", "100000000", "GB of memory")]
    public async Task Search_BadFlag_IsNamedInOneLineAndNothingIsWritten(string flag, string value, string named)
    {
        Assert.AreEqual(ExitCode.Usage, await _line.Run([.. Arguments(null, without: [flag]), flag, value]));
        Assert.Contains(named, _line.Errors);
        Assert.HasCount(1, _line.Errors.TrimEnd().Split('\n'));
        Assert.IsFalse(Directory.Exists(Search));
    }

    [TestMethod]
    public async Task Search_OtherRungsInTheSameFolder_IsRefused()
    {
        await _line.Succeed(Arguments("--sample", """{ "count": 1 }"""));
        Assert.AreEqual(ExitCode.Failure, await _line.Run([.. Arguments(null, without: ["--rungs"]), "--rungs", "[]"]));
        Assert.Contains("rungs", _line.Errors);
        await _line.Succeed(Arguments("--sample", """{ "count": 2 }"""));
        Assert.Contains("- cohort 2, at 0.5 of the budget", _line.Output);
    }

    [TestMethod]
    public async Task Search_Help_HasTheNamesOfPretrain()
    {
        await _line.Succeed("search", "--help");
        foreach (string flag in (string[])["--budget ", "--model.layers", "--corpus.sequenceLength", "--space", "--rungs", "--sample", "--devices", "--parallel", "--dryRun", "replay <folder>"])
            Assert.Contains(flag, _line.Output);
        Assert.DoesNotContain("--recipe.", _line.Output);
        Assert.DoesNotContain("--earlyExit", _line.Output);
    }

    [TestMethod]
    public async Task Search_RecipeOfARun_GivesTheSameModelAlone()
    {
        await _line.Succeed(Arguments());
        string best = Directory.GetDirectories(Path.Combine(Search, "runs")).First(run => Directory.Exists(Path.Combine(run, "model"))), alone = _line.Path("alone");
        await _line.Succeed("pretrain", Path.Combine(Search, "corpus"), "--recipe", Path.Combine(best, "recipe.json"), "--run", alone);
        Assert.AreSequenceEqual(await File.ReadAllBytesAsync(Path.Combine(best, "model", "model.safetensors")), await File.ReadAllBytesAsync(Path.Combine(alone, "model", "model.safetensors")));
        await _line.Succeed("report", best);
        Assert.Contains(Path.Combine(best, "recipe.json"), await File.ReadAllTextAsync(Path.Combine(best, "report.md")));
    }

    [TestMethod]
    public async Task Search_KilledAgainAndAgain_EndsWithTheTableOfAnUninterruptedOne()
    {
        await _line.Succeed(Arguments());
        string table = await File.ReadAllTextAsync(Path.Combine(Search, "results.md")), killed = _line.Path("killed");
        string[] arguments = [.. Arguments(null, without: ["--run"]).Select(argument => argument == _line.Path("text.txt") ? Path.Combine(Search, "corpus") : argument), "--run", killed];
        // After so many lines that tell of a step or a result.
        foreach (int after in (int[])[1, 2, 3])
            Assert.AreNotEqual(0, await Start(arguments, process => process.Kill(), after));
        Assert.AreEqual(0, await Start(arguments, null, 0));
        Assert.AreEqual(table, await File.ReadAllTextAsync(Path.Combine(killed, "results.md")));
    }

    [TestMethod]
    [DataRow("TERM", ExitCode.Terminated)]
    [DataRow("INT", ExitCode.Interrupted)]
    public async Task Search_Signal_StopsWithCheckpointsAndTheSameCommandContinues(string signal, int code)
    {
        UnixSignals.Require(signal);
        string[] arguments = [.. Arguments(null, without: ["--budget", "--space"]), "--budget", "100000 steps", "--space", """[{ "option": "batchSize", "values": [4] }]"""];
        Assert.AreEqual(code, await Start(arguments, process => Process.Start("kill", [$"-{signal}", $"{process.Id}"]).WaitForExit(), after: 1));
        string checkpoint = Assert.ContainsSingle(Directory.EnumerateDirectories(Path.Combine(Search, "runs", "batchSize4", "checkpoints")));
        Assert.IsGreaterThan(0, long.Parse(checkpoint[^8..]));
        Assert.AreNotEqual(0, await Start(arguments, process => process.Kill(), after: 1, word: "Resumed at step"));
    }

    /// <summary>Runs a search in a process of its own and ends it after some lines that tell of a step or a result.</summary>
    private async Task<int> Start(string[] arguments, Action<Process>? end, int after, string word = " runs ended, ")
    {
        using Process process = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "academicbert.dll"), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        int lines = 0;
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.Contains(word, StringComparison.Ordinal) && ++lines == after)
                end?.Invoke(process);
        }

        await process.WaitForExitAsync();
        TestContext.WriteLine($"{lines} lines, exit code {process.ExitCode}. {await errors}");
        return process.ExitCode;
    }

    private string[] Arguments(params string[] more) => Arguments(more, without: []);

    private string[] Arguments(string[]? more, string[] without)
    {
        string[] options =
        [
            "--run", Search, "--space", Space, "--rungs", Rungs, "--budget", "8 steps", "--model.hiddenSize", "16", "--model.layers", "1", "--model.heads", "2", "--model.intermediateSize", "32", "--model.maxPositions", "32",
            "--corpus.sequenceLength", "32", "--corpus.heldOutFraction", "0.2", "--vocabulary.size", "100", "--text.layout", "DocumentPerLine", "--microBatchSize", "4", "--precision", "Float32", "--checkpointEvery", "1 steps",
            "--keepCheckpoints", "1", "--validation.interval", "0", "--validation.earlyInterval", "0", "--threads", "1",
        ];
        return ["search", _line.Text(lines: 200), .. options.Chunk(2).Where(pair => !without.Contains(pair[0])).SelectMany(pair => pair), .. more ?? []];
    }
}
