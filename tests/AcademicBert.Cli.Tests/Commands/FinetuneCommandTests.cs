using System.Diagnostics;
using System.Text.Json.Nodes;
using AcademicBert.Cli.Commands;
using AcademicBert.Tests.Glue;
using AcademicBert.Tests.Interop;
using AcademicBert.Training;

namespace AcademicBert.Tests.Commands;

/// <summary>From a file of labelled texts to predictions, by <c>finetune</c> and <c>predict</c>.</summary>
[TestClass]
public sealed class FinetuneCommandTests
{
    private readonly CommandLine _line = new();

    private string Model => _line.Path("model");

    private string Run => _line.Path("run");

    private string Data => _line.Path("data.tsv");

    [TestInitialize]
    public void WriteInputs()
    {
        TinyGlue.WriteModel(Model);
        File.WriteAllLines(Data, ["sentence\ttopic", .. Enumerable.Range(0, 60).Select(row => row % 2 == 0 ? "baker bread good\tfood" : "pilot planes bad\ttravel")]);
    }

    [TestCleanup]
    public void CleanUp() => _line.Dispose();

    [TestMethod]
    public async Task FinetuneAndPredict_NamedColumns_GoFromLabelledTextsToLabels()
    {
        Assert.AreEqual(ExitCode.Success, await Finetune("--zip"), _line.Errors);
        string output = _line.Output;
        Assert.Contains("Classification of column 'topic' into 2 (food, travel)", output);
        Assert.Contains("54 rows to train on, 6 to validate", output);
        Assert.Contains("epoch 8 of 8: loss", output);
        Assert.Contains("accuracy               1.0000", output);
        foreach (string file in (string[])["recipe.json", "result.json", "model.zip", "model/config.json", "model/model.safetensors", "model/vocab.txt"])
            Assert.IsTrue(File.Exists(Path.Combine(Run, file)), file);
        Assert.Contains($"Report: {Path.Combine(Run, "report.html")}", output);
        string page = await File.ReadAllTextAsync(Path.Combine(Run, "report.html"));
        foreach (string part in (string[])["Held-out accuracy", "taken for", "the most frequent in the training rows", "held-out rows are too few to judge by", "finetuning.learningRate", "academicbert finetune"])
            Assert.Contains(part, page);
        Assert.AreEqual("travel", (string?)JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Run, "model", "config.json")))!["id2label"]!["1"]);

        string[] predicted = await Predict("--data", Data, "--text", "sentence");
        Assert.AreEqual("label\tprobability", predicted[0]);
        Assert.AreSequenceEqual(Enumerable.Range(0, 60).Select(row => row % 2 == 0 ? "food" : "travel"), predicted[1..].Select(line => line.Split('\t')[0]));
        Assert.AreEqual("food", (await Predict("baker bread"))[1].Split('\t')[0]);
        string file2 = _line.Path("out.tsv");
        Assert.Contains("Wrote 60 predictions to", (await Predict("--data", Data, "--text", "sentence", "--allScores", "true", "-o", file2))[0]);
        Assert.AreEqual("label\tprobability\tfood\ttravel", (await File.ReadAllLinesAsync(file2))[0]);
    }

    [TestMethod]
    public async Task Finetune_RecipeOfTheRunFolder_GivesTheSameModelInAnother()
    {
        Assert.AreEqual(ExitCode.Success, await Finetune("--seed", "7"), _line.Errors);
        string again = _line.Path("again");
        Assert.AreEqual(ExitCode.Success, await _line.Run("finetune", Model, "--data", Data, "--run", again, "--recipe", Path.Combine(Run, "recipe.json")), _line.Errors);
        Assert.AreSequenceEqual(await File.ReadAllBytesAsync(Path.Combine(Run, "model", "model.safetensors")), await File.ReadAllBytesAsync(Path.Combine(again, "model", "model.safetensors")));
        Assert.AreEqual(ExitCode.Failure, await _line.Run("finetune", Model, "--data", Data, "--run", again, "--recipe", Path.Combine(Run, "recipe.json"), "--learningRate", "1e-5"));
        Assert.Contains("learningRate", _line.Errors);
    }

    [TestMethod]
    [DataRow("--classWeights has a weight for 'nope'", "--classWeights", "{\"nope\": 2}")]
    [DataRow("--frozenLayers is 7; the model has 1 layer. See 'academicbert finetune --help'.", "--frozenLayers", "7")]
    public async Task Finetune_OptionThatDoesNotFitRowsOrModel_IsNamedAsItWasGiven(string message, params string[] options)
    {
        Assert.AreNotEqual(ExitCode.Success, await Finetune(options));
        Assert.Contains(message, _line.Errors);
        Assert.IsFalse(Directory.Exists(Run));
    }

    [TestMethod]
    public async Task Finetune_OwnRowsThatStandSeveralTimes_SaysThatHeldOutOnesAreTrainedOn()
    {
        string twice = _line.Path("twice.tsv");
        string[] rows = [.. Enumerable.Range(0, 8).Select(row => row % 2 == 0 ? $"baker bread {row}\tfood" : $"plane pilot {row}\ttravel")];
        await File.WriteAllLinesAsync(twice, ["text\tlabel", .. Enumerable.Repeat(rows, 10).SelectMany(same => same)]);
        Assert.Contains("rows that are held out stand among the rows to train on too", string.Join(' ', await _line.Lines("finetune", Model, "--data", twice, "--run", Run, "--epochs", "1")));
    }

    [TestMethod]
    public async Task Finetune_Untrained_IsOfTheNetworkAndNotOfItsParameters()
    {
        string control = _line.Path("control"), again = _line.Path("again");
        await _line.Succeed(Arguments(Model, Run));
        await _line.Succeed(Arguments(Model, control, "--untrained"));
        await _line.Succeed(Arguments(Path.Combine(Run, "model"), again, "--untrained"));
        Assert.AreSequenceEqual(Weights(control), Weights(again));
        Assert.AreNotEqual(Convert.ToHexString(Weights(Run)), Convert.ToHexString(Weights(control)));
        Assert.AreEqual(ExitCode.Usage, await _line.Run(Arguments(Model, _line.Path("frozen"), "--untrained", "--frozenLayers", "1")));
        Assert.Contains("--untrained is True; it must be false where", _line.Errors);

        string[] Arguments(string model, string run, params string[] more) => ["finetune", model, "--data", Data, "--run", run, "--text", "sentence", "--label", "topic", "--epochs", "2", "--seed", "7", .. more];
        static byte[] Weights(string run) => File.ReadAllBytes(Path.Combine(run, "model", "model.safetensors"));
    }

    [TestMethod]
    public async Task Finetune_HuggingFaceBertFolder_TakesTheSameCommandsForEveryTask()
    {
        Directory.Delete(Model, recursive: true);
        HuggingFaceBert.Write(Model);
        Assert.AreEqual(ExitCode.Success, await Finetune(), _line.Errors);
        using (PretrainedBert bert = PretrainedBert.Load(Path.Combine(Run, "model")))
            Assert.AreSequenceEqual(["food", "travel"], bert.Labels);

        string numbers = _line.Path("numbers.csv");
        await File.WriteAllLinesAsync(numbers, ["a,b,y", .. Enumerable.Range(0, 20).Select(row => row % 2 == 0 ? "baker,bread,0.5" : "pilot,\"planes\",2.5")]);
        string[] common = ["--epochs", "2", "--batchSize", "8"];
        Assert.AreEqual(ExitCode.Success, await _line.Run(["finetune", Model, "--data", numbers, "--validation", numbers, "--run", Run + "2", "--text", "a", "--secondText", "b", "--label", "y", .. common]), _line.Errors);
        Assert.Contains("Regression of column 'y'", _line.Output);
        Assert.Contains("rSquared", _line.Output);
        Assert.Contains("Predicted against expected", await File.ReadAllTextAsync(Run + "2/report.html"));

        string words = _line.Path("words.tsv");
        await File.WriteAllLinesAsync(words, ["text\tlabel", .. Enumerable.Repeat("good baker bread\tO B-PER O", 20)]);
        Assert.AreEqual(ExitCode.Success, await _line.Run(["finetune", Model, "--data", words, "--run", Run + "3", "--task", "TokenClassification", .. common]), _line.Errors);
        Assert.Contains("entityF1", _line.Output);
        Assert.AreEqual("words\tlabels\tprobabilities", (await _line.Lines("predict", Run + "3/model", "good baker"))[0]);
    }

    [TestMethod]
    public async Task Predict_TableOfTheSameColumns_NeedsNoFlagsForThem()
    {
        Assert.AreEqual(ExitCode.Success, await Finetune(), _line.Errors);
        string[] named = await Predict("--data", Data, "--text", "sentence");
        Assert.AreSequenceEqual(named, await Predict("--data", Data));

        // Flags, and files of options, win.
        string other = _line.Path("other.tsv"), options = _line.Path("options.json");
        await File.WriteAllLinesAsync(other, ["sentence\tbody", "pilot planes bad\tbaker bread good"]);
        Assert.StartsWith("travel", (await Predict("--data", other))[1]);
        Assert.StartsWith("food", (await Predict("--data", other, "--text", "body"))[1]);
        await File.WriteAllTextAsync(options, """{ "text": "body", /* ours */ }""");
        Assert.StartsWith("food", (await Predict("--data", other, "--options", options))[1]);
        await File.WriteAllTextAsync(options, """{ "words": 3 }""");
        Assert.StartsWith("travel", (await Predict("--data", other, "--options", options))[1]);

        // What each line is has no name.
        string lines = _line.Path("lines.txt");
        await File.WriteAllLinesAsync(lines, ["baker bread good"]);
        Assert.StartsWith("food", (await Predict("--data", lines))[1]);

        await File.WriteAllLinesAsync(other, ["body\tnote", "a\tb"]);
        Assert.AreEqual(ExitCode.Failure, await _line.Run("predict", Path.Combine(Run, "model"), "--data", other));
        Assert.Contains("there is no column 'sentence' (--text). The columns are 'body', 'note'.", _line.Errors);
    }

    [TestMethod]
    public async Task Predict_PairsOrAFolderWithoutMemory_TakeBothColumnsOrTheDefault()
    {
        string pairs = _line.Path("pairs.tsv"), other = _line.Path("other.tsv");
        await File.WriteAllLinesAsync(pairs, ["first\tsecond\tsame", .. Enumerable.Range(0, 40).Select(row => row % 2 == 0 ? "baker bread\tbread good\tyes" : "pilot planes\tbread good\tno")]);
        await _line.Succeed("finetune", Model, "--data", pairs, "--run", Run, "--text", "first", "--secondText", "second", "--label", "same", "--epochs", "1");
        Assert.AreSequenceEqual(await Predict("--data", pairs, "--text", "first", "--secondText", "second"), await Predict("--data", pairs));
        await File.WriteAllLinesAsync(other, ["text\tnote", "baker\tbread"]);
        Assert.AreEqual(ExitCode.Failure, await _line.Run("predict", Path.Combine(Run, "model"), "--data", other));
        Assert.Contains("there are no columns 'first' (--text), 'second' (--secondText). The columns are 'text', 'note'.", _line.Errors);

        File.Delete(Path.Combine(Run, "model", "columns.json"));
        Assert.HasCount(2, await Predict("--data", other));
        await File.WriteAllTextAsync(Path.Combine(Run, "model", "columns.json"), "{}");
        Assert.AreEqual(ExitCode.Failure, await _line.Run("predict", Path.Combine(Run, "model"), "--data", other));
        Assert.Contains("columns.json", _line.Errors);
    }

    [TestMethod]
    public async Task Predict_StandardInput_IsATextForEachLine()
    {
        Assert.AreEqual(ExitCode.Success, await Finetune(), _line.Errors);
        using Process process = Start("predict", Path.Combine(Run, "model"), "--data", "-");
        await process.StandardInput.WriteAsync("baker bread\npilot planes\n");
        process.StandardInput.Close();
        string[] lines = (await process.StandardOutput.ReadToEndAsync()).TrimEnd().Split('\n');
        await process.WaitForExitAsync();
        Assert.AreSequenceEqual(["label", "food", "travel"], lines.Select(line => line.Split('\t')[0]));
    }

    [TestMethod]
    public async Task Finetune_Interrupted_LeavesNoModelAndGoesOnByTheSameCommand()
    {
        UnixSignals.Require("INT");
        string[] arguments = ["finetune", Model, "--data", Data, "--run", Run, "--text", "sentence", "--label", "topic", "--epochs", "4000"];
        using Process process = Start(arguments);
        while (await process.StandardOutput.ReadLineAsync() is { } line && !line.StartsWith("epoch 2 ", StringComparison.Ordinal))
        {
        }

        using (Process kill = Process.Start("kill", ["-INT", process.Id.ToString()]))
            await kill.WaitForExitAsync();
        string rest = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.AreEqual(ExitCode.Interrupted, process.ExitCode);
        Assert.Contains("Stopped. The same command continues", rest);
        Assert.IsFalse(Directory.Exists(Path.Combine(Run, "model")));

        using Process again = Start(arguments);
        string? first = null;
        while (first is null && await again.StandardOutput.ReadLineAsync() is { } line)
            first = line.StartsWith("epoch ", StringComparison.Ordinal) ? line : null;
        again.Kill();
        await again.WaitForExitAsync();
        Assert.IsFalse(first!.StartsWith("epoch 1 ", StringComparison.Ordinal), first);
    }

    [TestMethod]
    [DataRow(ExitCode.Failure, "--text", "words", "data.tsv, line 1: there is no column 'words' (--text). The columns are 'sentence', 'topic'.")]
    [DataRow(ExitCode.Failure, "--text", "sentense", "there is no column 'sentense' (--text; did you mean 'sentence'?).")]
    [DataRow(ExitCode.Failure, "--label", "tpoic", "there is no column 'tpoic' (--label; did you mean 'topic'?).")]
    [DataRow(ExitCode.Failure, "--task", "Regression", "data.tsv, line 2, column 'topic': 'food' is no number.")]
    [DataRow(ExitCode.Usage, "--task", "sorting", "--task sorting")]
    [DataRow(ExitCode.Usage, "--epochs", "0", "--epochs is 0; it must be at least 1.")]
    [DataRow(ExitCode.Usage, "--epochs", "2.5", "--epochs 2.5: it must be a whole number.")]
    [DataRow(ExitCode.Usage, "--learningRate", "0,001", "--learningRate 0,001: it must be a number; write 0.001.")]
    [DataRow(ExitCode.Usage, "--separator", ";;", "--separator ;;: it must be one character, or \\t for a tab.")]
    [DataRow(ExitCode.Usage, "--label", "sentence", "--label is 'sentence'")]
    [DataRow(ExitCode.Usage, "--maxLength", "64", "--maxLength is 64")]
    [DataRow(ExitCode.Failure, "--format", "Lines", "is plain text, which is for pretraining. Labels are learnt from a table, .tsv or .csv, whose first line names its columns: here 'sentence' for the text (--text) and 'topic' for the label (--label). If it is one, say which by --format.")]
    [DataRow(ExitCode.Failure, "--validation", "nothing.tsv", "nothing.tsv")]
    [DataRow(ExitCode.Failure, "--classWeights", "{\"sport\":2}", "'sport', which is no class; the classes are food, travel")]
    [DataRow(ExitCode.Usage, "--learningRates", "1", "There is no option --learningRates; did you mean --learningRate? See")]
    [DataRow(ExitCode.Usage, "--learning-rate", "1", "There is no option --learning-rate; did you mean --learningRate? See")]
    public async Task Finetune_BadFlag_IsNamedInOneLineAndNothingIsWritten(int code, string flag, string value, string named)
    {
        Assert.AreEqual(code, await Finetune(flag, value));
        Assert.Contains(named, _line.Errors);
        if (code == ExitCode.Failure)
            Assert.HasCount(1, _line.Errors.TrimEnd().Split('\n'));
        Assert.DoesNotContain("Parameter", _line.Errors);
        Assert.IsFalse(Directory.Exists(Run));
    }

    [TestMethod]
    public async Task Finetune_RunFolderThatCannotBeMade_IsToldBeforeAnythingIsRead()
    {
        string file = _line.Path("file");
        await File.WriteAllTextAsync(file, "");
        Assert.AreEqual(ExitCode.Failure, await _line.Run("finetune", _line.Path("absent"), "--data", _line.Path("absent.tsv"), "--run", Path.Combine(file, "run")));
        Assert.Contains($"Cannot create the run folder '{Path.Combine(file, "run")}': '{file}' is a file.", _line.Errors);
    }

    [TestMethod]
    public async Task Finetune_DeviceThatIsNotThere_IsToldBeforeAnythingIsRead()
    {
        Assert.AreEqual(ExitCode.Failure, await _line.Run("finetune", _line.Path("absent"), "--data", _line.Path("absent.tsv"), "--run", Run, "--device", "cuda:63"));
        Assert.Contains("Device is 'cuda:63'", _line.Errors);
        Assert.IsFalse(Directory.Exists(Run));
    }

    [TestMethod]
    public async Task Finetune_RunFolderInsteadOfItsModel_IsToldWhichIsMeant()
    {
        Assert.AreEqual(ExitCode.Failure, await _line.Run("finetune", _line.Folder, "--data", Data, "--run", Run, "--text", "sentence", "--label", "topic"));
        Assert.Contains($"'{_line.Folder}' is not a model folder: it has no config.json. Did you mean '{Model}'?", _line.Errors);
    }

    [TestMethod]
    [DataRow("finetune", "--data", "x.tsv", "--run", "x")]
    [DataRow("predict", "a text")]
    public async Task AnyCommand_FolderThatIsNotThere_IsNamed(string command, params string[] arguments)
    {
        Assert.AreEqual(ExitCode.Failure, await _line.Run([command, _line.Path("nowhere"), .. arguments.Select(argument => argument == "x.tsv" ? Data : argument == "x" ? Run : argument), .. command == "finetune" ? (string[])["--text", "sentence", "--label", "topic"] : []]));
        Assert.Contains("There is no model folder", _line.Errors);
        Assert.Contains("config.json, model.safetensors, vocab.txt and tokenizer_config.json of its page, such as huggingface.co/google-bert/bert-base-uncased", _line.Errors);
    }

    [TestMethod]
    public async Task Finetune_ModelThatIsNotThere_IsToldBeforeRowsAreRead()
    {
        Assert.AreEqual(ExitCode.Failure, await _line.Run("finetune", _line.Path("bert-base-uncased"), "--data", _line.Path("absent.tsv"), "--run", Run));
        Assert.StartsWith($"There is no model folder '{_line.Path("bert-base-uncased")}'.", _line.Errors);
        Assert.AreEqual("", _line.Output);
    }

    private Task<int> Finetune(params string[] arguments)
    {
        string[] defaults = ["--text", "sentence", "--label", "topic", "--epochs", "8", "--learningRate", "1e-2", "--batchSize", "8"];
        return _line.Run(["finetune", Model, "--data", Data, "--run", Run, .. arguments, .. defaults.Chunk(2).Where(pair => !arguments.Contains(pair[0])).SelectMany(pair => pair)]);
    }

    private Task<string[]> Predict(params string[] arguments) => _line.Lines(["predict", Path.Combine(Run, "model"), .. arguments]);

    private static Process Start(params string[] arguments) => Process.Start(
        new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "academicbert.dll"), .. arguments]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
}
