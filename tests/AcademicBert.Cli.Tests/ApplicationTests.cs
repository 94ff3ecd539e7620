using System.CommandLine;
using System.Diagnostics;
using AcademicBert.Cli;
using AcademicBert.Cli.Commands;
using AcademicBert.Tests.Glue;
using Spectre.Console;

namespace AcademicBert.Tests;

/// <summary>Whatever is wrong, a command says it in one line and ends with a code other than 0.</summary>
[TestClass]
public sealed class ApplicationTests
{
    private readonly CommandLine _line = new();

    [TestCleanup]
    public void CleanUp() => _line.Dispose();

    private static IEnumerable<(string Name, Command Command)> Commands => Application.Commands(Application.Root(AnsiConsole.Console));

    public static IEnumerable<object[]> Names => Commands.Select(command => new object[] { command.Name });

    [TestMethod]
    public async Task Alone_SaysWhatToDoNextInAFewLines()
    {
        await _line.Succeed();
        Assert.IsLessThan(18, _line.Output.Split('\n').Length);
        foreach (string part in (string[])["academicbert doctor", "academicbert pretrain", "--text COLUMN --label COLUMN --learningRate 1e-3", "--help"])
            Assert.Contains(part, _line.Output);
    }

    [TestMethod]
    [DataRow("pretrian", "There is no command 'pretrian'; did you mean pretrain?")]
    [DataRow("foo", "There is no command 'foo'.")]
    public async Task UnknownCommand_IsNamedWhateverFollowsIt(string command, string message)
    {
        Assert.AreEqual(ExitCode.Usage, await _line.Run(command, "a.txt", "--run", "x"));
        RequireOneLine(message, "See 'academicbert --help'.");
    }

    [TestMethod]
    [DataRow]
    [DataRow("pretrain")]
    [DataRow("search", "replay")]
    public async Task HelpBeforeACommand_IsWhatItsOptionPrints(params string[] command)
    {
        string[] printed = await _line.Lines(["help", .. command]);
        Assert.AreSequenceEqual(await _line.Lines([.. command, "--help"]), printed);
        Assert.IsGreaterThan(5, printed.Length);
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public async Task UnknownOption_IsNamedInOneLine(string command)
    {
        Assert.AreEqual(ExitCode.Usage, await _line.Run([.. command.Split(' '), "--noSuchOption", "7"]));
        RequireOneLine("--noSuchOption", $"See 'academicbert {command} --help'.");
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public async Task UnknownOption_IsNamedBeforeAnythingElseThatIsWrong(string command)
    {
        // Neither what is missing, nor what follows it, nor what would take it for a value.
        Command known = Commands.First(named => named.Name == command).Command;
        string[] before = [.. known.Options.Where(option => option.ValueType != typeof(bool)).Take(1).Select(option => option.Name)];
        Assert.AreEqual(ExitCode.Usage, await _line.Run([.. command.Split(' '), .. before, "--verbos", "a", "b", "c"]));
        RequireOneLine("There is no option --verbos; did you mean --verbose?");
        Assert.StartsWith("There is no option --verbos; did you mean --verbose? See", _line.Errors);
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public async Task MissingInputs_AreNamedInOneLineAndNothingIsWritten(string command)
    {
        string[] inputs = Filled(command, path => _line.Path("absent", path), output => _line.Path("new", output));
        if (inputs.Length == 0)
            return;
        Assert.AreEqual(ExitCode.Failure, await _line.Run([.. command.Split(' '), .. inputs]));
        RequireOneLine("absent");
        Assert.IsEmpty(Directory.GetFiles(_line.Folder, "*", SearchOption.AllDirectories));
    }

    [TestMethod]
    [DataRow("vocab", "text.txt", "-o", "file/vocab.txt")]
    [DataRow("prepare", "text.txt", "-o", "file/corpus")]
    [DataRow("pretrain", "text.txt", "--run", "file/run", "--budget", "1 steps")]
    [DataRow("finetune", "model", "--data", "rows.tsv", "--run", "file/run")]
    [DataRow("glue", "model", "--data", "tasks", "--run", "file/run", "--tasks", "WNLI")]
    [DataRow("predict", "classifier", "--data", "rows.tsv", "-o", "file/labels.tsv")]
    [DataRow("embed", "model", "text.txt", "-o", "file/vectors.tsv")]
    [DataRow("export", "model", "-o", "file/onnx")]
    [DataRow("export", "model", "--format", "mlnet", "-o", "file/model.zip")]
    public async Task UnwritableFolder_IsNamedInOneLine(string command, params string[] arguments)
    {
        Prepare(arguments);
        await File.WriteAllTextAsync(_line.Path("file"), "");
        Assert.AreEqual(ExitCode.Failure, await _line.Run([command, .. arguments.Select(Located)]));
        RequireOneLine("file");
    }

    [TestMethod]
    [DataRow("vocab", "absent", "-o", "file/vocab.txt")]
    [DataRow("prepare", "absent", "-o", "file")]
    [DataRow("prepare", "absent", "-o", "file/corpus")]
    [DataRow("prepare", "absent", "-o", "glue")]
    [DataRow("export", "absent", "-o", "file")]
    [DataRow("export", "absent", "-o", "file/onnx")]
    [DataRow("export", "absent", "-o", "glue")]
    [DataRow("export", "absent", "--format", "mlnet", "-o", "folder.zip")]
    [DataRow("export", "absent", "--format", "huggingface", "-o", "file")]
    public async Task PlaceThatCannotBeWritten_IsToldBeforeInputsAreRead(string command, params string[] arguments)
    {
        Prepare(arguments);
        await File.WriteAllTextAsync(_line.Path("file"), "");
        await File.WriteAllTextAsync(_line.Path("glue", "notes"), "not a model");
        Directory.CreateDirectory(_line.Path("folder.zip"));
        Assert.AreEqual(ExitCode.Failure, await _line.Run([command, .. arguments.Select(Located)]));
        RequireOneLine("Cannot ", Located(arguments[^1]));
        Assert.DoesNotContain("absent", _line.Errors);
    }

    [TestMethod]
    [DataRow("vocab", "text.txt", "-o", "disk/vocab.txt")]
    [DataRow("prepare", "text.txt", "-o", "disk/corpus", "--vocabulary.size", "100", "--text.layout", "DocumentPerLine")]
    [DataRow("pretrain", "text.txt", "--run", "disk/run", "--budget", "1 steps", "--vocabulary.size", "100", "--text.layout", "DocumentPerLine")]
    [DataRow("finetune", "model", "--data", "rows.tsv", "--run", "disk/run", "--epochs", "1")]
    [DataRow("predict", "classifier", "--data", "rows.tsv", "-o", "disk/labels.tsv")]
    [DataRow("embed", "model", "text.txt", "-o", "disk/vectors.tsv")]
    [DataRow("export", "model", "-o", "disk/onnx")]
    [DataRow("export", "model", "--format", "huggingface", "-o", "disk/hf")]
    [DataRow("export", "model", "--format", "mlnet", "-o", "disk/model.zip")]
    public async Task FullDisk_IsToldInOneLineAndLeavesNothing(string command, params string[] arguments)
    {
        Prepare(arguments);
        string disk = Directory.CreateDirectory(_line.Path("disk")).FullName;
        if (!OperatingSystem.IsLinux() || !Execute("mount", "-t", "tmpfs", "-o", "size=8k", "tmpfs", disk))
            Assert.Inconclusive("Skipped: a small file system cannot be mounted here; that needs Linux and the rights for it.");
        try
        {
            await File.WriteAllBytesAsync(Path.Combine(disk, "filler"), new byte[8192]);
            Assert.AreEqual(ExitCode.Failure, await _line.Run([command, .. arguments.Select(Located)]));
            RequireOneLine("space");
            string[] left = [.. Directory.GetFiles(disk, "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file) != "filler" && new FileInfo(file).Length > 0)];
            Assert.IsEmpty(left, string.Join(", ", left));
        }
        finally
        {
            Execute("umount", disk);
        }
    }

    [TestMethod]
    [DataRow("export", "model", "--format", "pickle", "-o", "out")]
    [DataRow("export", "model", "--precision", "Int3", "-o", "out")]
    [DataRow("embed", "model", "text.txt", "-o", "vectors.xlsx")]
    [DataRow("embed", "model", "text.txt", "-o", "vectors.tsv", "--pooling", "Max")]
    [DataRow("pretrain", "text.txt", "--run", "run", "--pricePerHour", "much")]
    [DataRow("pretrain", "text.txt", "--run", "out", "--budget", "10 fortnights")]
    [DataRow("pretrain", "text.txt", "--run", "out", "--device", "gpu")]
    [DataRow("pretrain", "text.txt", "--run", "out", "--recipe", "nano-quickstrt")]
    [DataRow("pretrain", "text.txt", "--run", "out", "--model.layers", "0")]
    [DataRow("pretrain", "text.txt", "--run", "out", "--text.layout", "Lines")]
    [DataRow("vocab", "text.txt", "-o", "out", "--size", "3")]
    [DataRow("prepare", "text.txt", "-o", "out", "--sequenceLength", "4")]
    [DataRow("finetune", "model", "--data", "rows.tsv", "--run", "out", "--device", "gpu")]
    [DataRow("finetune", "model", "--data", "rows.tsv", "--run", "out", "--epochs", "0")]
    [DataRow("glue", "model", "--data", "glue", "--run", "out", "--tasks", "SST-9")]
    [DataRow("search", "text.txt", "--run", "out", "--parallel", "0")]
    [DataRow("predict", "model", "the day", "--words", "0")]
    [DataRow("prophesy")]
    public async Task WhatCannotBeUnderstood_IsAUsageErrorInOneLineAndNothingIsWritten(params string[] arguments)
    {
        Prepare(arguments);
        string[] before = Directory.GetFileSystemEntries(_line.Folder, "*", SearchOption.AllDirectories);
        Assert.AreEqual(ExitCode.Usage, await _line.Run([arguments[0], .. arguments[1..].Select(Located)]));
        RequireOneLine(" --help'.");
        Assert.DoesNotContain("line 1", _line.Errors);
        Assert.AreSequenceEqual(before.Order(), Directory.GetFileSystemEntries(_line.Folder, "*", SearchOption.AllDirectories).Order());
    }

    [TestMethod]
    [DataRow("The argument <input>... is missing.", "pretrain", "--run", "run")]
    [DataRow("Option '--run' is required.", "pretrain", "text.txt")]
    [DataRow("--format onyx: it must be one of huggingface, mlnet, onnx; did you mean onnx?", "export", "model", "-o", "out", "--format", "onyx")]
    [DataRow("--pricePerHour much: it must be a number.", "pretrain", "text.txt", "--run", "run", "--pricePerHour", "much")]
    [DataRow("--rankTimeout 3x: it must be a time, h:mm:ss.", "pretrain", "text.txt", "--run", "run", "--rankTimeout", "3x")]
    [DataRow("--budget 10 fortnights: '10 fortnights' is not a training budget; write a time such as", "pretrain", "text.txt", "--run", "run", "--budget", "10 fortnights")]
    [DataRow("--device is 'gpu'; it must be auto, cpu, cuda, or cuda:N for the GPU of number N. See", "finetune", "model", "--data", "x.tsv", "--run", "run", "--device", "gpu")]
    [DataRow("--task regresion: it must be one of Auto, Classification, Regression, TokenClassification; did you mean Regression? See", "finetune", "model", "--data", "x.tsv", "--run", "run", "--task", "regresion")]
    [DataRow("--output out.zip: onnx is a folder; a .zip is written by --format mlnet.", "export", "model", "-o", "out.zip")]
    [DataRow("--output out: the file of ML.NET must end in .zip.", "export", "model", "--format", "mlnet", "-o", "out")]
    [DataRow("--seeds one: it must be a whole number", "glue", "model", "--data", "tasks", "--run", "run", "--seeds", "one")]
    [DataRow("--learningRates abc: it must be a number each, with commas between.", "glue", "model", "--data", "tasks", "--run", "run", "--learningRates", "abc")]
    [DataRow("--untrained is True; it must be false where --frozenLayers or --freezeEmbeddings keep", "finetune", "model", "--data", "x.tsv", "--run", "run", "--untrained", "--frozenLayers", "1")]
    [DataRow("--earlyExit is 5m; it is later than the end of --budget 2m.", "pretrain", "text.txt", "--run", "run", "--budget", "2m", "--earlyExit", "5m")]
    [DataRow("Did you mean nano-quickstart?", "pretrain", "text.txt", "--run", "run", "--recipe", "nano-quickstrt")]
    public async Task UsageError_SaysWhatIsWrongAndWhatMayBeMeant(string message, params string[] arguments)
    {
        Assert.AreEqual(ExitCode.Usage, await _line.Run(arguments));
        RequireOneLine(message, $"See 'academicbert {arguments[0]} --help'.");
    }

    [TestMethod]
    [DataRow("vocab", "empty.txt", "-o", "out")]
    [DataRow("vocab", "bytes.txt", "-o", "out")]
    [DataRow("prepare", "text.txt", "-o", "out", "--vocab", "text.txt")]
    [DataRow("pretrain", "text.txt", "--run", "out", "--device", "cuda:7")]
    [DataRow("finetune", "model", "--data", "rows.tsv", "--run", "out", "--text", "words")]
    [DataRow("finetune", "model", "--data", "bytes.txt", "--run", "out")]
    [DataRow("finetune", "glue", "--data", "rows.tsv", "--run", "out")]
    [DataRow("predict", "classifier", "--data", "rows.tsv", "--text", "words", "-o", "out.tsv")]
    [DataRow("predict", "model", "--data", "rows.tsv", "-o", "out.tsv")]
    [DataRow("embed", "model", "bytes.txt", "-o", "out.tsv")]
    [DataRow("embed", "model", "text.txt", "-o", "out.tsv", "--pooling", "Pooler")]
    [DataRow("embed", "glue", "text.txt", "-o", "out.tsv")]
    [DataRow("export", "glue", "-o", "out")]
    [DataRow("export", "model", "-o", "glue")]
    [DataRow("pretrain", "one.txt", "--run", "out")]
    public async Task WhatCannotBeDone_IsToldInOneLineAndNothingIsWritten(params string[] arguments)
    {
        Prepare(arguments);
        await File.WriteAllTextAsync(_line.Path("glue", "notes"), "not a model");
        string[] before = Directory.GetFileSystemEntries(_line.Folder, "*", SearchOption.AllDirectories);
        Assert.AreEqual(ExitCode.Failure, await _line.Run([arguments[0], .. arguments[1..].Select(Located)]));
        RequireOneLine("");
        Assert.AreSequenceEqual(before.Order(), Directory.GetFileSystemEntries(_line.Folder, "*", SearchOption.AllDirectories).Order());
    }

    [TestMethod]
    [DataRow("vocab", "text.txt", "-o", "rows.tsv")]
    [DataRow("predict", "classifier", "--data", "rows.tsv", "-o", "text.txt")]
    [DataRow("embed", "model", "text.txt", "-o", "rows.tsv")]
    [DataRow("export", "model", "--format", "mlnet", "-o", "there.zip")]
    [DataRow("export", "classifier", "-o", "model")]
    [DataRow("pretrain", "text.txt", "--run", "glue")]
    [DataRow("search", "text.txt", "--run", "glue", "--recipe", "nano")]
    [DataRow("finetune", "model", "--data", "rows.tsv", "--run", "glue")]
    [DataRow("finetune", "model", "--data", "rows.tsv", "--run", "model")]
    [DataRow("glue", "model", "--data", "tasks", "--run", "glue", "--tasks", "WNLI")]
    public async Task WhatIsThereAlready_IsLeftAsItIsUnlessOverwriteIsGiven(string command, params string[] arguments)
    {
        Prepare(arguments);
        await File.WriteAllTextAsync(_line.Path("glue", "notes"), "not a run");
        Dictionary<string, string> before = Contents();
        Assert.AreEqual(ExitCode.Failure, await _line.Run([command, .. arguments.Select(Located)]));
        RequireOneLine("Cannot ", Located(arguments[arguments.ToList().FindIndex(argument => argument is "-o" or "--run") + 1]), "--overwrite");
        CollectionAssert.AreEquivalent(before, Contents());

        Dictionary<string, string> Contents() => Directory.GetFiles(_line.Folder, "*", SearchOption.AllDirectories).ToDictionary(file => file, file => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file))));
    }

    [TestMethod]
    [DataRow("vocab", "text.txt", "-o", "rows.tsv", "--size", "60")]
    [DataRow("predict", "classifier", "--data", "rows.tsv", "-o", "text.txt")]
    [DataRow("export", "classifier", "-o", "model")]
    [DataRow("finetune", "model", "--data", "rows.tsv", "--run", "glue", "--epochs", "1")]
    public async Task Overwrite_TakesWhatIsThere(string command, params string[] arguments)
    {
        Prepare(arguments);
        await File.WriteAllTextAsync(_line.Path("glue", "notes"), "not a run");
        await _line.Succeed([command, .. arguments.Select(Located), "--overwrite"]);
        Assert.AreEqual("not a run", await File.ReadAllTextAsync(_line.Path("glue", "notes")));
    }

    [TestMethod]
    public async Task Verbose_AddsWhereAnErrorComesFrom()
    {
        Assert.AreEqual(ExitCode.Failure, await _line.Run("vocab", _line.Path("absent"), "-o", _line.Path("out"), "--verbose"));
        Assert.Contains("   at ", _line.Errors);
    }

    [TestMethod]
    [DataRow("academicbert pre", "prepare", "pretrain")]
    [DataRow("academicbert export --p", "--part", "--precision")]
    [DataRow("academicbert embed --pooling ", "Cls", "Mean", "Pooler")]
    public async Task Suggest_CompletesCommandsOptionsAndValues(string text, params string[] expected)
    {
        await _line.Succeed($"[suggest:{text.Length}]", text);
        string[] found = _line.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        foreach (string completion in expected)
            Assert.Contains(completion, found);
    }

    [TestMethod]
    public async Task Program_LibTorchThatIsNone_IsToldInOneLine()
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "academicbert.dll"), "doctor"]) { RedirectStandardError = true, RedirectStandardOutput = true };
        start.Environment["ACADEMICBERT_LIBTORCH"] = _line.Folder;
        using Process process = Process.Start(start)!;
        string errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (!OperatingSystem.IsLinux())
            Assert.Inconclusive("Skipped: another libtorch can be chosen on Linux only.");
        Assert.AreEqual(ExitCode.Failure, process.ExitCode);
        Assert.AreEqual(1, errors.TrimEnd().Split('\n').Length, errors);
        Assert.Contains($"ACADEMICBERT_LIBTORCH is '{_line.Folder}'", errors);
    }

    private void Prepare(params string[] arguments)
    {
        _line.Text();
        _line.Model();
        _line.Rows();
        if (arguments.Contains("classifier"))
            _line.Classifier();
        File.WriteAllText(_line.Path("empty.txt"), "");
        File.WriteAllText(_line.Path("one.txt"), "the baker bakes bread");
        File.WriteAllBytes(_line.Path("bytes.txt"), [0x61, 0xff, 0x62]);
        File.WriteAllText(_line.Path("there.zip"), "not a model");
        Directory.CreateDirectory(_line.Path("glue"));
        TinyGlue.WriteTask(_line.Path("tasks"), "WNLI");
    }

    /// <summary>A path in the folder for what is meant as one.</summary>
    private string Located(string argument)
    {
        string first = argument.Split('/')[0];
        return first is "file" or "disk" or "run" || first.StartsWith("out", StringComparison.Ordinal) || first.StartsWith("vectors", StringComparison.Ordinal)
            || File.Exists(_line.Path(argument)) || Directory.Exists(_line.Path(argument))
            ? _line.Path(argument.Split('/'))
            : argument;
    }

    /// <summary>A path for everything a command requires: inputs are arguments and options of folders that are read.</summary>
    private static string[] Filled(string name, Func<string, string> input, Func<string, string> output)
    {
        Command command = Commands.First(command => command.Name == name).Command;
        return
        [
            .. command.Arguments.Select(argument => input(argument.Name)),
            .. command.Options.Where(option => option.Required).SelectMany(option => (string[])[option.Name, option.Aliases.Contains("-o") ? output(name == "embed" ? "vectors.tsv" : "output") : input(option.Name.TrimStart('-'))]),
        ];
    }

    private void RequireOneLine(params string[] parts)
    {
        string errors = _line.Errors.TrimEnd();
        Assert.IsGreaterThan(10, errors.Length);
        Assert.AreEqual(1, errors.Split('\n').Length, errors);
        Assert.DoesNotContain("   at ", errors + _line.Output);
        Assert.DoesNotContain("Exception", errors);
        foreach (string part in parts)
            Assert.Contains(part, errors);
    }

    private static bool Execute(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
