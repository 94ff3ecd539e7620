using System.Diagnostics;
using AcademicBert.Cli.Commands;
using AcademicBert.Modeling;
using AcademicBert.Tokenization;
using AcademicBert.Training;

namespace AcademicBert.Tests.Commands;

[TestClass]
public sealed class SignalsTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("academicbert-tests-").FullName;

    [TestCleanup]
    public void CleanUp() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    [DataRow("TERM", ExitCode.Terminated, 1)]
    [DataRow("INT", ExitCode.Interrupted, 1)]
    [DataRow("INT", ExitCode.Interrupted, 2)]
    public async Task Pretrain_Signal_StopsWithACheckpointAndTheSameCommandContinues(string signal, int code, int times)
    {
        UnixSignals.Require(signal);
        string run = Path.Combine(_folder, "run");
        using (Process process = Start(run, "100000 steps"))
        {
            await LineWith(process, "step ");
            // As a launcher's, which goes to the process and to its group.
            string kill = string.Join(';', Enumerable.Repeat($"kill -{signal} {process.Id}", times));
            using Process shell = Process.Start("sh", ["-c", kill]);
            await shell.WaitForExitAsync();
            Assert.Contains("continues the run", await process.StandardOutput.ReadToEndAsync());
            await process.WaitForExitAsync();
            Assert.AreEqual(code, process.ExitCode);
        }

        string checkpoint = Assert.ContainsSingle(Directory.EnumerateDirectories(Path.Combine(run, "checkpoints")));
        long steps = long.Parse(checkpoint[^8..]);
        Assert.IsGreaterThan(0, steps);
        using Process resumed = Start(run, "100000 steps");
        Assert.Contains($"Resumed at step {steps}", await LineWith(resumed, "Resumed"));
        resumed.Kill();
    }

    [TestMethod]
    public async Task Pretrain_SignalWhileTextIsPrepared_LeavesNothingHalfWrittenAndTheSameCommandTrains()
    {
        UnixSignals.Require();
        string run = Path.Combine(_folder, "run");
        // Enough text that it is under way; the promise is the same wherever the signal comes.
        using (Process process = Start(run, "2 steps", documents: 200_000))
        {
            while (!Directory.Exists(run) && !process.HasExited)
                await Task.Yield();
            using Process kill = Process.Start("kill", ["-TERM", process.Id.ToString()]);
            await process.WaitForExitAsync();
            Assert.AreEqual(ExitCode.Terminated, process.ExitCode);
        }

        Assert.IsFalse(Directory.Exists(Path.Combine(run, "corpus")) && !File.Exists(Path.Combine(run, "corpus", "corpus.json")), "a folder is there as a whole or not at all");
        using Process again = Start(run, "2 steps", documents: 200_000);
        Assert.Contains("trained 2 steps", await again.StandardOutput.ReadToEndAsync());
        await again.WaitForExitAsync();
        Assert.AreEqual(ExitCode.Success, again.ExitCode);
        string[] ours = ["checkpoints", "corpus", "figures", "model", "tensorboard"];
        Assert.IsEmpty(Directory.EnumerateDirectories(run).Select(path => Path.GetFileName(path)!).Except(ours), "nothing of the first is left");
    }

    [TestMethod]
    public async Task Export_Signal_LeavesTheFolderThatWasThereAndTheSameCommandWritesTheNew()
    {
        UnixSignals.Require();
        string model = Path.Combine(_folder, "model"), output = Path.Combine(_folder, "output");
        var config = new BertConfig { HiddenSize = 512, Layers = 6, Heads = 8, IntermediateSize = 2048, MaxPositions = 32 };
        using (PretrainedBert bert = PretrainedBert.CreateUntrained(config, BertWordPieceTokenizer.Create(Vocabulary.FromWords(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a"]))))
            bert.Save(model);
        string[] export = [Path.Combine(AppContext.BaseDirectory, "academicbert.dll"), "export", model, "--format", "onnx", "-o", output, "--overwrite"];
        await End(Process.Start("dotnet", export), ExitCode.Success);
        byte[] before = await File.ReadAllBytesAsync(Path.Combine(output, "model.onnx"));

        Process process = Process.Start("dotnet", export);
        while (!Directory.Exists(output + ".academicbert.tmp") && !process.HasExited)
            await Task.Yield();
        using Process kill = Process.Start("kill", ["-TERM", process.Id.ToString()]);
        await End(process, ExitCode.Terminated);
        Assert.AreSequenceEqual(before, await File.ReadAllBytesAsync(Path.Combine(output, "model.onnx")));

        await End(Process.Start("dotnet", export), ExitCode.Success);
        Assert.AreSequenceEqual(before, await File.ReadAllBytesAsync(Path.Combine(output, "model.onnx")));
        Assert.IsFalse(Directory.Exists(output + ".academicbert.tmp"), "what was half-written is gone");

        static async Task End(Process process, int code)
        {
            await process.WaitForExitAsync();
            Assert.AreEqual(code, process.ExitCode);
            process.Dispose();
        }
    }

    [TestMethod]
    public async Task Pretrain_SaveModel_KeepsTheModelOfARunThatGoesOn()
    {
        UnixSignals.Require();
        string run = Path.Combine(_folder, "run");
        using (Process none = Start(run, "100000 steps", more: "--saveModel"))
            await End(none, ExitCode.Usage);
        using (Process process = Start(run, "100000 steps"))
        {
            await LineWith(process, "step ");
            using Process kill = Process.Start("kill", ["-TERM", process.Id.ToString()]);
            Assert.Contains("with --saveModel saves the model", await process.StandardOutput.ReadToEndAsync());
        }

        long steps = long.Parse(Directory.EnumerateDirectories(Path.Combine(run, "checkpoints")).Single()[^8..]);
        using (Process saving = Start(run, "100000 steps", more: "--saveModel"))
        {
            Assert.Contains($"The model after step {steps}", await LineWith(saving, "The model"));
            await End(saving, ExitCode.Success);
        }

        using (PretrainedBert model = PretrainedBert.Load(Path.Combine(run, "snapshots", $"step-{steps}")))
            Assert.AreEqual(16, model.Config.HiddenSize);
        Assert.IsFalse(Directory.Exists(Path.Combine(run, "model")), "the run has not ended");
        using Process resumed = Start(run, "100000 steps");
        Assert.Contains($"Resumed at step {steps}", await LineWith(resumed, "Resumed"));
        resumed.Kill();

        static async Task End(Process process, int code)
        {
            await process.WaitForExitAsync();
            Assert.AreEqual(code, process.ExitCode);
        }
    }

    private Process Start(string run, string budget, int documents = 300, params string[] more)
    {
        string text = Path.Combine(_folder, "text.txt");
        File.WriteAllLines(text, Enumerable.Range(0, documents).Select(i => $"On day {i % 7} the baker bakes bread {i % 11}.\n"));
        string[] arguments =
        [
            Path.Combine(AppContext.BaseDirectory, "academicbert.dll"), "pretrain", text, "--run", run, "--budget", budget, "--text.layout", "BlankLineSeparated", "--model.hiddenSize", "16", "--model.layers", "1",
            "--model.heads", "2", "--model.intermediateSize", "32", "--model.maxPositions", "32", "--corpus.sequenceLength", "32", "--vocabulary.size", "100", "--batchSize", "8", "--validation.interval", "0",
            "--validation.earlyInterval", "0", "--threads", "1", .. more,
        ];
        return Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
    }

    private static async Task<string> LineWith(Process process, string word)
    {
        while (await process.StandardOutput.ReadLineAsync() is { } line)
            if (line.Contains(word, StringComparison.Ordinal))
                return line;
        throw new AssertFailedException($"No line with '{word}': {await process.StandardError.ReadToEndAsync()}");
    }
}
