using System.Diagnostics;

namespace AcademicBert.Tests.Commands;

/// <summary>A run that is killed again and again, at moments a process cannot foresee, ends as if nothing had happened.</summary>
[TestClass]
public sealed class KillTests
{
    // ACADEMICBERT_KILLS asks for more.
    private const int StepsForAKill = 60;

    private static readonly int s_kills = int.TryParse(Environment.GetEnvironmentVariable("ACADEMICBERT_KILLS"), out int kills) ? kills : 5;

    private readonly string _folder = Directory.CreateTempSubdirectory("academicbert-tests-").FullName;

    public required TestContext TestContext { get; set; }

    [TestCleanup]
    public void CleanUp() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    [DataRow("KILL", 137)]
    [DataRow("TERM", 143)]
    public async Task Pretrain_EndedAtRandomMoments_EndsWithTheBitsOfAnUninterruptedRun(string signal, int code)
    {
        UnixSignals.Require();
        File.WriteAllLines(Path.Combine(_folder, "text.txt"), Enumerable.Range(0, 400).Select(i => $"On day {i % 7} the baker bakes bread {i % 11} and the pilot flies plane {i % 13}.\n"));
        string whole = Path.Combine(_folder, "whole"), killed = Path.Combine(_folder, "killed");
        Assert.AreEqual(0, await Run(whole, signal: null));
        var random = new Random(11);
        int kills = 0;
        for (int attempt = 0; kills < s_kills && attempt < 2 * s_kills; attempt++)
        {
            int ended = await Run(killed, signal, TimeSpan.FromSeconds(1 + 1.5 * random.NextDouble()));
            Assert.IsTrue(ended == 0 || ended == code, $"exit code {ended}");
            kills += ended == 0 ? 0 : 1;
        }

        Assert.AreEqual(0, await Run(killed, signal: null));
        TestContext.WriteLine($"{kills} kills");

        foreach (string file in (string[])["model.safetensors", "optimizer.safetensors", "state.json"])
            Assert.AreSequenceEqual(await File.ReadAllBytesAsync(Last(whole, file)), await File.ReadAllBytesAsync(Last(killed, file)), file);
        Assert.AreSequenceEqual(await Steps(whole), await Steps(killed), "each step stands once in the journal, with the same loss");
    }

    private static string Last(string run, string file) => Path.Combine(Directory.GetDirectories(Path.Combine(run, "checkpoints")).Order(StringComparer.Ordinal).Last(), file);

    private static async Task<string[]> Steps(string run) =>
        [.. (await File.ReadAllLinesAsync(Path.Combine(run, "metrics.jsonl"))).Where(line => line.Contains("\"event\":\"step\"", StringComparison.Ordinal)).Select(line => line[..line.IndexOf("\"seconds\"", StringComparison.Ordinal)] + line[line.IndexOf("\"loss\"", StringComparison.Ordinal)..line.IndexOf("\"samplesPerSecond\"", StringComparison.Ordinal)])];

    private async Task<int> Run(string run, string? signal, TimeSpan after = default)
    {
        string prepared = Path.Combine(_folder, "whole", "corpus");
        string[] arguments =
        [
            Path.Combine(AppContext.BaseDirectory, "academicbert.dll"), "pretrain", Directory.Exists(prepared) ? prepared : Path.Combine(_folder, "text.txt"), "--run", run, "--budget", $"{s_kills * StepsForAKill} steps",
            "--text.layout", "BlankLineSeparated", "--model.hiddenSize", "64", "--model.layers", "2", "--model.heads", "2", "--model.intermediateSize", "128", "--model.maxPositions", "32",
            "--corpus.sequenceLength", "32", "--vocabulary.size", "100", "--batchSize", "16", "--microBatchSize", "4", "--checkpointEvery", "1 steps", "--validation.interval", "0.02", "--threads", "2",
        ];
        // The clock is part of the state; the killed run takes that of the other one.
        if (run != Path.Combine(_folder, "whole"))
            arguments = [.. arguments, "--replay", Path.Combine(_folder, "whole")];
        using Process process = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        if (signal is not null && !process.WaitForExit(after))
        {
            using Process kill = Process.Start("kill", [$"-{signal}", process.Id.ToString()]);
            await kill.WaitForExitAsync();
        }

        await process.WaitForExitAsync();
        if (process.ExitCode != 0 && signal is null)
            TestContext.WriteLine(await errors + await output);
        return process.ExitCode;
    }
}
