using AcademicBert.Cli.Commands;

namespace AcademicBert.Tests.Commands;

[TestClass]
public sealed class PredictCommandTests
{
    private readonly CommandLine _line = new();

    [TestCleanup]
    public void CleanUp() => _line.Dispose();

    [TestMethod]
    public async Task Predict_BooleanFlagAlone_MeansTrue()
    {
        string model = _line.Classifier();
        string[] predicted = await _line.Lines("predict", model, "--allScores", "the baker");
        Assert.AreEqual("label\tprobability\tfood\ttime", predicted[0]);
        Assert.HasCount(2, predicted);
        Assert.AreEqual("label\tprobability", (await _line.Lines("predict", model, "--allScores", "false", "the baker"))[0]);
        Assert.AreEqual("label\tprobability\tfood\ttime", (await _line.Lines("predict", model, "the baker", "--allScores"))[0]);
    }

    [TestMethod]
    public async Task PredictAndEmbed_OverTheirOwnRows_LeaveThem()
    {
        string model = _line.Classifier(), rows = _line.Rows();
        string before = await File.ReadAllTextAsync(rows);
        Assert.AreEqual(ExitCode.Usage, await _line.Run("predict", model, "--data", rows, "-o", rows, "--overwrite"));
        Assert.Contains("is the file of the rows themselves", _line.Errors);
        Assert.AreEqual(ExitCode.Usage, await _line.Run("embed", model, rows, "-o", rows, "--overwrite"));
        Assert.Contains("is the file of the texts themselves", _line.Errors);
        Assert.AreEqual(before, await File.ReadAllTextAsync(rows));
    }

    [TestMethod]
    public async Task Predict_KeptColumns_StandBeforeThePredictions()
    {
        string model = _line.Classifier(), table = _line.Path("new.csv");
        await File.WriteAllTextAsync(table, "id,text,label\n1,\"the baker, \"\"bread\"\"\",food\n2,the day,time\n");
        string[] kept = await _line.Lines("predict", model, "--data", table, "--keep", "id");
        Assert.AreEqual("id\tlabel\tprobability", kept[0]);
        Assert.AreSequenceEqual(["1", "2"], kept[1..].Select(line => line.Split('\t')[0]));
        string[] plain = await _line.Lines("predict", model, "--data", table);
        Assert.AreSequenceEqual(plain[1..], kept[1..].Select(line => line[2..]));

        await _line.Succeed("predict", model, "--data", table, "--keep", "*", "-o", _line.Path("labels.csv"));
        string[] all = await File.ReadAllLinesAsync(_line.Path("labels.csv"));
        Assert.AreEqual("id,text,label,predictedLabel,probability", all[0]);
        Assert.AreEqual("id\ttext\tlabel\tprobability", (await _line.Lines("predict", model, "--data", table, "--keep", "id", "--keep", "text"))[0]);
        Assert.AreEqual($"1,\"the baker, \"\"bread\"\"\",food,{plain[1].Replace('\t', ',')}", all[1]);
        Assert.AreEqual($"2,the day,time,{plain[2].Replace('\t', ',')}", all[2]);
    }

    [TestMethod]
    public async Task Predict_KeptColumnsThatAreNotThere_AreRefused()
    {
        string model = _line.Classifier();
        Assert.AreEqual(ExitCode.Failure, await _line.Run("predict", model, "--data", _line.Path("rows.tsv"), "--keep", "text,labl"));
        Assert.Contains("there is no column 'labl' (--keep; did you mean 'label'?).", _line.Errors);
        Assert.AreEqual(ExitCode.Usage, await _line.Run("predict", model, "the day", "--keep", "text"));
        Assert.Contains("--keep names columns, which a text on the command line has not", _line.Errors);
        Assert.AreEqual("", _line.Output);
    }

    [TestMethod]
    public async Task Predict_TwoTextsOfAModelOfSingleTexts_IsRefusedWithTheWayToDoSeveral()
    {
        string model = _line.Classifier();
        Assert.AreEqual(ExitCode.Usage, await _line.Run("predict", model, "the baker", "the day"));
        Assert.Contains("predicts single texts, and two were given", _line.Errors);
        Assert.Contains("--data -", _line.Errors);
        Assert.AreEqual(ExitCode.Usage, await _line.Run("predict", model, "--data", _line.Path("rows.tsv"), "--secondText", "label"));
        Assert.Contains("--secondText is 'label', but the model was trained on single texts", _line.Errors);
    }

    [TestMethod]
    [DataRow(ExitCode.Usage, "Give either a text to predict or --data")]
    [DataRow(ExitCode.Usage, "Give either a text to predict or --data", "text", "--data", "x.tsv")]
    [DataRow(ExitCode.Usage, "A text to predict is empty", " ")]
    [DataRow(ExitCode.Usage, "--labels", "--labels", "x")]
    [DataRow(ExitCode.Usage, "There is no option --allscores; did you mean --allScores?", "text", "--allscores")]
    [DataRow(ExitCode.Failure, "There is no file 'nothing.tsv'.", "--data", "nothing.tsv")]
    [DataRow(ExitCode.Failure, "'/' is a folder; name a file in it.", "--data", "/")]
    [DataRow(ExitCode.Usage, "--output x.xlsx must end in .tsv or .csv or .txt.", "text", "-o", "x.xlsx")]
    [DataRow(ExitCode.Usage, "--maxLength is 9999; the model has", "[MASK]", "--maxLength", "9999")]
    [DataRow(ExitCode.Usage, "--separator tab: it must be one character, or \\t for a tab.", "text", "--separator", "tab")]
    [DataRow(ExitCode.Failure, "there is no [MASK] in the text", "baker bread")]
    public async Task Predict_WhatCannotBeDone_IsSaidInOneLine(int code, string message, params string[] arguments)
    {
        Assert.AreEqual(code, await _line.Run(["predict", _line.Model(), .. arguments]));
        Assert.Contains(message, _line.Errors, StringComparison.OrdinalIgnoreCase);
        if (code == ExitCode.Failure)
            Assert.HasCount(1, _line.Errors.TrimEnd().Split('\n'));
        Assert.AreEqual("", _line.Output);
    }
}
