using System.Diagnostics;
using AcademicBert.Cli.Commands;

namespace AcademicBert.Tests.Commands;

/// <summary>What happens to a run on two ranks when one of them is killed, hangs, or gets a signal.</summary>
[TestClass]
public sealed class RanksTests
{
    private static readonly TimeSpan s_promised = TimeSpan.FromSeconds(30);

    private readonly string _folder = Directory.CreateTempSubdirectory("academicbert-tests-").FullName;

    private string RunFolder => Path.Combine(_folder, "run");

    [TestCleanup]
    public void CleanUp() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    public async Task Pretrain_OneRankKilled_TheOtherEndsWithTheReasonAndTheSameCommandContinues(int victim)
    {
        using (Process launch = Start("--checkpointEvery", "1 steps"))
        {
            await CheckpointOf(launch);
            Process.GetProcessById(MpiRun.ProcessOf(launch, victim)).Kill();
            (int code, string output) = await MpiRun.End(launch, s_promised);
            Assert.AreNotEqual(0, code);
            Assert.MatchesRegex(MpiRun.WordsOfKilled(victim), output);
        }

        using Process again = Start("--budget", "1000000 steps");
        Assert.Contains("Resumed at step", await LineWith(again, "Resumed"));
        again.Kill(entireProcessTree: true);
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    public async Task Pretrain_OneRankHangs_TheOtherEndsWithTheReason(int victim)
    {
        using Process launch = Start("--rankTimeout", "0:00:08");
        await LineWith(launch, "step ");
        Signal(MpiRun.ProcessOf(launch, victim), "STOP");
        (int code, string output) = await MpiRun.End(launch, s_promised);
        Assert.AreNotEqual(0, code);
        Assert.Contains($"Rank {victim} (process", output);
        Assert.Contains("hangs", output);
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    public async Task Pretrain_OneRankGetsSigterm_AllStopWithACheckpoint(int receiver)
    {
        using Process launch = Start();
        await LineWith(launch, "step ");
        Signal(MpiRun.ProcessOf(launch, receiver), "TERM");
        (int code, string output) = await MpiRun.End(launch);
        Assert.Contains("The same command continues the run", output);
        Assert.AreEqual(ExitCode.Terminated, code, output);
        Assert.ContainsSingle(Directory.EnumerateDirectories(Path.Combine(RunFolder, "checkpoints")));
    }

    [TestMethod]
    public async Task Pretrain_ErrorOnTwoRanks_IsSaidOnceByTheRankThatHadIt()
    {
        using Process launch = Start("--budget", "1 samples");
        (int code, string output) = await MpiRun.End(launch);
        Assert.AreNotEqual(0, code);
        Assert.Contains("--budget is 1 samples", output);
        Assert.IsFalse(Directory.Exists(Path.Combine(RunFolder, "model")));
    }

    private Process Start(params string[] more)
    {
        string text = Path.Combine(_folder, "text.txt");
        if (!File.Exists(text))
            File.WriteAllLines(text, Enumerable.Range(0, 300).Select(i => $"On day {i % 7} the baker bakes bread {i % 11}.\n"));
        string[] arguments =
        [
            "pretrain", text, "--run", RunFolder, "--text.layout", "BlankLineSeparated", "--model.hiddenSize", "16", "--model.layers", "1",
            "--model.heads", "2", "--model.intermediateSize", "32", "--model.maxPositions", "32", "--corpus.sequenceLength", "32", "--vocabulary.size", "100", "--batchSize", "8", "--validation.interval", "0",
            "--validation.earlyInterval", "0", "--threads", "1", .. more,
        ];
        if (!more.Contains("--budget"))
            arguments = [.. arguments, "--budget", "1000000 steps"];
        return MpiRun.Start(2, Path.Combine(AppContext.BaseDirectory, "academicbert.dll"), arguments);
    }

    /// <summary>Waits until a run has a checkpoint.</summary>
    private async Task CheckpointOf(Process launch)
    {
        await LineWith(launch, "step ");
        string checkpoints = Path.Combine(RunFolder, "checkpoints");
        using var watcher = new FileSystemWatcher(_folder) { IncludeSubdirectories = true, EnableRaisingEvents = true };
        while (!Directory.Exists(checkpoints) || !Directory.EnumerateDirectories(checkpoints).Any(folder => !folder.EndsWith(".tmp", StringComparison.Ordinal)))
            watcher.WaitForChanged(WatcherChangeTypes.All, 100);
    }

    private static void Signal(int process, string signal)
    {
        using Process kill = Process.Start("kill", [$"-{signal}", $"{process}"]);
        kill.WaitForExit();
    }

    private static async Task<string> LineWith(Process process, string word)
    {
        while (await process.StandardOutput.ReadLineAsync() is { } line)
            if (line.Contains(word, StringComparison.Ordinal))
                return line;
        throw new AssertFailedException($"No line with '{word}': {await process.StandardError.ReadToEndAsync()}");
    }
}
