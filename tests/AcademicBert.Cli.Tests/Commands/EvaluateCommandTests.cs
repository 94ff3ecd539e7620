using System.Text.Json.Nodes;
using AcademicBert.Cli.Commands;

namespace AcademicBert.Tests.Commands;

[TestClass]
public sealed class EvaluateCommandTests
{
    private readonly CommandLine _line = new();

    private string Held => _line.Path("held.csv");

    [TestInitialize]
    public void WriteRows() => File.WriteAllLines(Held, ["label,text", .. Enumerable.Range(0, 10).Select(row => row < 6 ? "food,the baker" : "time,the day"), ",no label"]);

    [TestCleanup]
    public void CleanUp() => _line.Dispose();

    [TestMethod]
    public async Task Evaluate_LabelledRows_PrintsAndWritesMetricsBesideGuessing()
    {
        string model = _line.Classifier(), file = _line.Path("new/metrics.json");
        await _line.Succeed("evaluate", model, "--data", Held, "-o", file);
        JsonNode metrics = JsonNode.Parse(await File.ReadAllTextAsync(file))!;
        Assert.AreEqual(10, (int)metrics["validationRows"]!);
        Assert.AreEqual(10, metrics["confusion"]!.AsArray().Sum(row => row!.AsArray().Sum(count => (int)count!)));
        int right = (int)metrics["confusion"]![0]![0]! + (int)metrics["confusion"]![1]![1]!;
        Assert.AreEqual(right / 10.0, (double)metrics["metrics"]!["accuracy"]!, 1e-9);
        Assert.Contains("1 rows have no label", _line.Output);
        Assert.Contains("Classification of 10 rows", _line.Output);
        Assert.Contains($"accuracy               {right / 10.0:F4}  (always 'food', the most frequent in these rows: 0.6000)", _line.Output);
        Assert.Contains("10 held-out rows are too few to judge by", _line.Output);
        Assert.Contains($"food: {(int)metrics["confusion"]![0]![0]!} of 6 right", _line.Output);
    }

    [TestMethod]
    public async Task Evaluate_OtherColumns_AreThoseThatAreNamed()
    {
        string model = _line.Classifier(), other = _line.Path("other.tsv");
        await File.WriteAllLinesAsync(other, ["answer\tbody", "food\tthe baker", "time\tthe day"]);
        Assert.AreEqual(ExitCode.Failure, await _line.Run("evaluate", model, "--data", other, "--text", "body"));
        Assert.Contains("there is no column 'label'", _line.Errors);
        Assert.Contains("--label", _line.Errors);
        await _line.Succeed("evaluate", model, "--data", other, "--text", "body", "--label", "answer");
        Assert.Contains("Classification of 2 rows", _line.Output);
    }

    [TestMethod]
    public async Task Evaluate_WhatCannotBeMeasured_IsRefused()
    {
        string model = _line.Classifier();
        await File.WriteAllLinesAsync(Held, ["label,text", "Food,the baker"]);
        Assert.AreEqual(ExitCode.Failure, await _line.Run("evaluate", model, "--data", Held));
        Assert.Contains("line 2, column 'label': 'Food' is no label of the model; it has food, time.", _line.Errors);
        Assert.AreEqual(ExitCode.Failure, await _line.Run("evaluate", _line.Path("model"), "--data", Held));
        Assert.Contains("was pretrained only", _line.Errors);
        Assert.AreEqual(ExitCode.Failure, await _line.Run("evaluate", model, "--data", Held, "-o", Held));
        Assert.Contains("--overwrite", _line.Errors);
        Assert.AreEqual("", _line.Output);
    }
}
