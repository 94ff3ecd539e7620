using System.Globalization;
using System.Text.Json.Nodes;
using AcademicBert.Finetuning;
using AcademicBert.Tables;
using AcademicBert.Tests.Catalog;

namespace AcademicBert.Tests.Tables;

[TestClass]
public sealed class TableEvaluatorTests
{
    private static readonly FinetuningRecipe s_recipe = new() { Finetuning = new FinetuningOptions { LearningRate = 2e-3, Epochs = 4, BatchSize = 8, Dropout = 0 } };

    private readonly string _folder = Directory.CreateTempSubdirectory("academicbert-tests-").FullName;
    private readonly List<string> _log = [];

    private string Model => Path.Combine(_folder, "run", TableFinetuner.ModelFolder);

    [TestCleanup]
    public void CleanUp() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void Run_RowsThatFinetuningMeasured_GivesItsMetrics()
    {
        string training = Write("x.tsv", ["text\tkind", .. Row.Make(80, 1).Select(row => $"{row.Sentence1}\t{row.Label}")]);
        string held = Write("y.tsv", ["kind\tid\ttext", .. Row.Make(40, 2).Select(row => $"{row.Label}\t7\t{row.Sentence1}"), "\t8\tno label"]);
        TableFinetuningResult expected = Finetune(s_recipe with { Label = "kind" }, training, held);
        TableEvaluation evaluation = TableEvaluator.Run(Model, held, PredictionOptions.For(Model), log: _log.Add);
        Assert.AreEqual((FinetuningTask.Classification, 40), (evaluation.Task, evaluation.ValidationRows));
        Assert.AreSequenceEqual(expected.Classes, evaluation.Classes);
        Assert.AreSequenceEqual(expected.Metrics.Keys, evaluation.Metrics.Keys);
        Assert.AreSequenceEqual(expected.Confusion.SelectMany(row => row), evaluation.Confusion.SelectMany(row => row));
        Assert.AreEqual(expected.Metrics["logLoss"], evaluation.Metrics["logLoss"], 1e-3);
        Assert.AreEqual(Row.Make(40, 2).CountBy(row => row.Label).Max(count => count.Value) / 40.0, evaluation.GuessingMetrics["accuracy"], 1e-9, "the most frequent of the rows that were measured");
        Assert.AreEqual(evaluation.Metrics["accuracy"], (double)JsonNode.Parse(evaluation.ToJson())!["metrics"]!["accuracy"]!);
        Assert.Contains("1 rows have no label", _log.Single());
    }

    [TestMethod]
    public void Run_ClassesWithoutRows_AreLeftOutOfTheMeansOverClasses()
    {
        string training = Write("x.tsv", ["text\tlabel", .. Row.Make(80, 1).Select(row => $"{row.Sentence1}\t{row.Label}")]);
        Finetune(s_recipe, training, training);
        string held = Write("y.tsv", ["text\tlabel", .. Row.Make(60, 2).Where(row => row.Label is "the baker" or "the sailor").Select(row => $"{row.Sentence1}\t{row.Label}")]);
        TableEvaluation evaluation = TableEvaluator.Run(Model, held, PredictionOptions.For(Model));
        IReadOnlyList<IReadOnlyList<int>> counts = evaluation.Confusion;
        int[] there = [.. Enumerable.Range(0, counts.Count).Where(own => counts[own].Sum() > 0)];
        Assert.HasCount(2, there);
        Assert.AreEqual(there.Average(own => 2.0 * counts[own][own] / (counts[own].Sum() + counts.Sum(row => row[own]))), evaluation.Metrics["macroF1"], 1e-6);
    }

    [TestMethod]
    public void Run_SingleTextsForAModelOfPairs_IsRefused()
    {
        string training = Write("x.tsv", ["a\tb\tlabel", .. PairRow.Make(20, 1).Select(row => string.Create(CultureInfo.InvariantCulture, $"{row.Sentence1}\t{row.Sentence2}\t{row.Similarity:F1}"))]);
        Finetune(s_recipe with { Text = "a", SecondText = "b" }, training, training);
        Assert.Contains("was fine-tuned on pairs", Assert.ThrowsExactly<ArgumentException>(() => TableEvaluator.Run(Model, training, new PredictionOptions { Text = "a" })).Message);
    }

    [TestMethod]
    public void Run_Pairs_MeasuresNumbersOfTheColumnsThatAreNamed()
    {
        string training = Write("x.tsv", ["first\tsecond\tlabel", .. PairRow.Make(80, 1).Select(Line)]);
        TableFinetuningResult expected = Finetune(s_recipe with { Text = "first", SecondText = "second" }, training, training);
        string other = Write("y.tsv", ["a\tb\tc", .. PairRow.Make(80, 1).Select(Line)]);
        TableEvaluation evaluation = TableEvaluator.Run(Model, other, new PredictionOptions { Text = "a", SecondText = "b" }, "c");
        Assert.AreEqual(expected.Metrics["rootMeanSquaredError"], evaluation.Metrics["rootMeanSquaredError"], 1e-3);
        Assert.HasCount(80, evaluation.Numbers);

        static string Line(PairRow row) => string.Create(CultureInfo.InvariantCulture, $"{row.Sentence1}\t{row.Sentence2}\t{row.Similarity:F1}");
    }

    [TestMethod]
    public void Run_LabelsOfWords_MeasuresEachWord()
    {
        string file = Write("x.tsv", ["text\tlabel", .. Row.Make(60, 1).Select(row => $"{row.Sentence1}\t{string.Join(' ', row.Sentence1.Split(' ').Select((_, word) => word == 0 ? "B-X" : "O"))}")]);
        TableFinetuningResult expected = Finetune(s_recipe with { Task = FinetuningTask.TokenClassification }, file, file);
        Assert.AreEqual(expected.Metrics["entityF1"], TableEvaluator.Run(Model, file, PredictionOptions.For(Model)).Metrics["entityF1"], 1e-9);
        string wrong = Write("y.tsv", ["text\tlabel", "one two\tO B-Y"]);
        Assert.Contains("line 2, column 'label': 'B-Y' is no label of the model; it has B-X, O.", Refusal(wrong));
    }

    [TestMethod]
    public void Run_WhatCannotBeMeasured_IsRefusedWithLineAndColumn()
    {
        string training = Write("x.tsv", ["text\tlabel", .. Row.Make(20, 1).Select((row, number) => $"{row.Sentence1}\t{(number % 2 == 0 ? "yes" : "no")}")]);
        Finetune(s_recipe with { Finetuning = s_recipe.Finetuning with { Epochs = 1 } }, training, training);
        Assert.Contains("line 3, column 'label': 'Yes' is no label of the model; it has no, yes.", Refusal(Write("y.tsv", ["text\tlabel", "a\tyes", "b\tYes"])));
        Assert.Contains("there is no column 'label'", Refusal(Write("z.tsv", ["text\tanswer", "a\tyes"])));
        Assert.Contains("pretrained only", Assert.ThrowsExactly<ArgumentException>(() => TableEvaluator.Run(TinyBert.Folder, training, new PredictionOptions())).Message);
    }

    private string Refusal(string file) => Assert.ThrowsExactly<InvalidDataException>(() => TableEvaluator.Run(Model, file, PredictionOptions.For(Model))).Message;

    private TableFinetuningResult Finetune(FinetuningRecipe recipe, string training, string validation) =>
        TableFinetuner.Run(recipe, TinyBert.Folder, training, validation, Path.Combine(_folder, "run"));

    private string Write(string name, IEnumerable<string> lines)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllLines(path, lines);
        return path;
    }
}
