using AcademicBert.Cli;
using AcademicBert.Cli.Commands;
using AcademicBert.Tests.Glue;
using Spectre.Console;

namespace AcademicBert.Tests.Commands;

[TestClass]
public sealed class ReportCommandTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("academicbert-tests-").FullName;
    private readonly StringWriter _output = new(), _errors = new();

    private string Run => Path.Combine(_folder, "run");

    private string Glue => Path.Combine(_folder, "glue");

    [TestCleanup]
    public void CleanUp() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public async Task Report_RunAndGlueThatTheOtherCommandsMade_AreOnOnePage()
    {
        string text = Path.Combine(_folder, "text");
        Directory.CreateDirectory(text);
        for (int i = 0; i < 40; i++)
            await File.WriteAllTextAsync(Path.Combine(text, $"{i}.txt"), string.Join(' ', Enumerable.Range(0, 40).Select(word => $"word{(i * word) % 23}")) + ".\n");
        Assert.AreEqual(ExitCode.Success, await Execute(
            "pretrain", text, "--run", Run, "--budget", "4 steps", "--batchSize", "8", "--model.layers", "1", "--model.hiddenSize", "16", "--model.heads", "2", "--model.intermediateSize", "32",
            "--model.maxPositions", "32", "--corpus.sequenceLength", "32", "--corpus.heldOutFraction", "0.2", "--vocabulary.size", "60", "--threads", "1"), _errors.ToString());
        Assert.IsTrue(File.Exists(Path.Combine(Run, "report.html")), "a run ends with its report");
        File.Delete(Path.Combine(Run, "report.html"));
        string model = Path.Combine(_folder, "model"), data = Path.Combine(_folder, "data");
        TinyGlue.WriteModel(model);
        TinyGlue.WriteTask(data, "WNLI");
        Assert.AreEqual(ExitCode.Success, await Execute("glue", model, "--data", data, "--run", Glue, "--tasks", "WNLI", "--learningRates", "1e-3", "--batchSizes", "8", "--epochs", "1", "--seeds", "1", "--threads", "1"), _errors.ToString());

        string output = Path.Combine(_folder, "report");
        Assert.AreEqual(ExitCode.Success, await Execute("report", Run, Glue, "--out", output), _errors.ToString());
        string page = await File.ReadAllTextAsync(Path.Combine(output, "report.html"));
        foreach (string part in (string[])["Report on run, glue", "4 steps", "Machine", "Table 3: GLUE", "Table 5"])
            Assert.Contains(part, page);
        Assert.IsTrue(File.Exists(Path.Combine(output, "figures", "training.png")));
        Assert.Contains(Path.Combine(output, "report.md"), _output.ToString());

        Assert.AreEqual(ExitCode.Success, await Execute("report", Run), _errors.ToString());
        Assert.IsTrue(File.Exists(Path.Combine(Run, "report.html")), "of one folder, it stands in it");
    }

    [TestMethod]
    public async Task Report_FolderOfNothing_IsOneLineAndNothingIsWritten()
    {
        Assert.AreEqual(ExitCode.Failure, await Execute("report", _folder));
        Assert.AreEqual(ExitCode.Failure, await Execute("report", Path.Combine(_folder, "gone"), "--out", Run));
        string[] lines = _errors.ToString().TrimEnd().Split('\n');
        Assert.HasCount(2, lines);
        Assert.Contains("nothing to report on", lines[0]);
        Assert.Contains("There is no folder", lines[1]);
        Assert.IsEmpty(Directory.EnumerateFileSystemEntries(_folder));
    }

    [TestMethod]
    public async Task Report_NoFolder_IsAUsageError() => Assert.AreEqual(ExitCode.Usage, await Execute("report"));

    private Task<int> Execute(params string[] arguments) => Application.RunAsync(
        arguments, AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Interactive = InteractionSupport.No, Out = new AnsiConsoleOutput(_output) }), _errors);
}
