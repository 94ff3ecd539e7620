using System.Globalization;
using System.Text.Json.Nodes;
using AcademicBert.Finetuning;
using AcademicBert.Glue;
using AcademicBert.Tables;
using AcademicBert.Tests.Catalog;
using AcademicBert.Training;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace AcademicBert.Tests.Tables;

[TestClass]
public sealed class TableFinetunerTests
{
    private static readonly FinetuningRecipe s_recipe = new() { Finetuning = new FinetuningOptions { LearningRate = 2e-3, Epochs = 10, BatchSize = 8, Dropout = 0 } };

    private readonly string _folder = Directory.CreateTempSubdirectory("academicbert-tests-").FullName;
    private readonly List<string> _log = [];

    private string Run => Path.Combine(_folder, "run");

    [TestCleanup]
    public void CleanUp() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void Run_NamesAsLabels_GiveAClassifierThatKnowsThem()
    {
        string file = Write("x.tsv", ["text\tlabel", .. Row.Make(200, 1).Select(row => $"{row.Sentence1}\t{row.Label}")]);
        TableFinetuningResult result = Finetune(s_recipe, file);
        Assert.AreEqual(FinetuningTask.Classification, result.Task);
        Assert.AreEqual((180, 20), (result.TrainingRows, result.ValidationRows));
        Assert.AreSequenceEqual(Pretraining.TinyText.Subjects.Order(StringComparer.Ordinal), result.Classes);
        Assert.IsGreaterThan(0.9, result.Metrics["accuracy"]);
        Assert.AreSequenceEqual(["accuracy", "macroAccuracy", "macroF1", "logLoss"], result.Metrics.Keys);
        using PretrainedBert bert = PretrainedBert.Load(Path.Combine(Run, "model"));
        Assert.AreSequenceEqual(result.Classes, bert.Labels);
        Assert.AreEqual(result.Metrics["accuracy"], (double)JsonNode.Parse(File.ReadAllText(Path.Combine(Run, "result.json")))!["metrics"]!["accuracy"]!);
        Assert.AreEqual(s_recipe, FinetuningRecipe.Load(Path.Combine(Run, "recipe.json")));
    }

    [TestMethod]
    public void Run_Classes_CountsWhatEachWasTakenForAndComparesWithGuessing()
    {
        string file = Write("x.tsv", ["text\tlabel", .. Row.Make(120, 1).Select(row => $"{row.Sentence1}\t{(row.Label == Pretraining.TinyText.Subjects[0] ? "first" : "other")}")]);
        TableFinetuningResult result = Finetune(s_recipe with { ValidationShare = 0.25 }, file);
        string[] held = [.. TableData.Read(s_recipe with { ValidationShare = 0.25 }, file, null, null, default).Validation.Select(row => row.Label)];
        Assert.AreSequenceEqual([held.Count(label => label == "first"), held.Count(label => label == "other")], result.Confusion.Select(row => row.Sum()));
        Assert.AreEqual(result.Metrics["accuracy"], (result.Confusion[0][0] + result.Confusion[1][1]) / 30.0, 1e-9);
        Assert.AreEqual(held.Count(label => label == "other") / 30.0, result.GuessingMetrics["accuracy"], 1e-9);
        Assert.IsLessThan(result.GuessingLoss!.Value, result.TrainingLoss!.Value);
        Assert.AreEqual(30, JsonNode.Parse(File.ReadAllText(Path.Combine(Run, "result.json")))!["confusion"]!.AsArray().Sum(row => row!.AsArray().Sum(count => (int)count!)));
        Assert.IsTrue(_log.Any(line => line.StartsWith("kept epoch ", StringComparison.Ordinal)), string.Join('\n', _log));
    }

    [TestMethod]
    public void Guessing_Labels_HaveTheirEntropyAndNumbersTheirVariance()
    {
        TableData data = new(FinetuningTask.Classification, ["a", "b"], Labelled("a", "a", "a", "b"), Labelled("a", "b"));
        Assert.AreEqual(-0.75 * Math.Log(0.75) - 0.25 * Math.Log(0.25), Guessing.Loss(data, s_recipe)!.Value, 1e-12);
        Assert.AreEqual(0.5, Guessing.Metrics(data)["accuracy"]);
        Assert.AreEqual(0.5, Guessing.Metrics(data)["macroAccuracy"]);
        Assert.AreEqual((2 * 0.5 / 1.5 + 0) / 2, Guessing.Metrics(data)["macroF1"], 1e-12);
        Assert.AreEqual("a", Guessing.MostFrequent(data));
        Assert.IsNull(Guessing.Loss(data, s_recipe with { BalanceClasses = true }));
        data = new(FinetuningTask.Regression, [], Labelled("1", "3"), Labelled("2", "5"));
        Assert.AreEqual(1, Guessing.Loss(data, s_recipe));
        Assert.AreEqual(1.5, Guessing.Metrics(data)["meanAbsoluteError"]);
        Assert.AreEqual(1 - 4.5 / 2.25, Guessing.Metrics(data)["rSquared"], 1e-12);
        Assert.IsNull(Guessing.MostFrequent(data));
        Assert.AreEqual(Math.Sqrt(4.5), Guessing.Metrics(data)["rootMeanSquaredError"], 1e-12);
        data = new(FinetuningTask.TokenClassification, ["O", "X"], Labelled("O O X"), Labelled("O X"));
        Assert.AreEqual(0.5, Guessing.Metrics(data)["accuracy"]);

        static LabelledTextRow[] Labelled(params string[] labels) => [.. labels.Select(label => new LabelledTextRow(new TextRow("a"), label))];
    }

    [TestMethod]
    public void Run_PairsWithFractions_GiveARegressorAndAPipelineThatReadsTheSameColumns()
    {
        string file = Write("x.csv", ["similarity,first,second", .. PairRow.Make(160, 1).Select(row => string.Create(CultureInfo.InvariantCulture, $"{row.Similarity:F1},\"{row.Sentence1}\",{row.Sentence2}"))]);
        FinetuningRecipe recipe = s_recipe with { Text = "first", SecondText = "second", Label = "similarity", Finetuning = s_recipe.Finetuning with { Epochs = 14 } };
        TableFinetuningResult result = TableFinetuner.Run(recipe, TinyBert.Folder, file, file, Run, pipeline: true, log: _log.Add);
        Assert.AreEqual((FinetuningTask.Regression, 160, 160), (result.Task, result.TrainingRows, result.ValidationRows));
        Assert.IsGreaterThan(0.8, result.Metrics["rSquared"]);
        Assert.AreEqual(GlueMetrics.Spearman([.. result.Numbers.Select(number => (double)number.Predicted)], [.. result.Numbers.Select(number => (double)number.Expected)]), result.Metrics["spearman"], 1e-9);
        Assert.IsGreaterThan(0.9, result.Metrics["pearson"]);
        Assert.IsTrue(_log.Any(line => line.StartsWith("160 of the 160 rows of ", StringComparison.Ordinal)), "validation rows that stand in the training rows are told");
        Assert.HasCount(160, result.Numbers);
        Assert.AreEqual(result.Metrics["rootMeanSquaredError"], Math.Sqrt(result.Numbers.Average(number => Math.Pow(number.Predicted - number.Expected, 2))), 1e-5);
        var recorded = RecordedFinetuning.Open(Run);
        Assert.AreEqual(recipe, recorded.Recipe);
        Assert.AreSequenceEqual(result.Numbers, recorded.Result!.Numbers);
        Assert.AreEqual((TinyBert.Folder, file, file), (recorded.Result.Model, recorded.Result.TrainingFile, recorded.Result.ValidationFile));
        var context = new MLContext();
        ITransformer pipeline = context.Model.Load(Path.Combine(Run, "model.zip"), out DataViewSchema schema);
        Assert.AreSequenceEqual(["first", "second"], schema.Select(column => column.Name).Order(StringComparer.Ordinal));
        float[] scores = [.. pipeline.Transform(TextView.Of(context, PairRow.Make(20, 1).Select(row => new TextOfRow { Text = row.Sentence1, SecondText = row.Sentence2 }), recipe)).GetColumn<float>("Score")];
        float[] expected = [.. PairRow.Make(20, 1).Select(row => row.Similarity)];
        Assert.IsLessThan(1, scores.Zip(expected, (score, value) => Math.Abs(score - value)).Average());
        ((IDisposable)pipeline).Dispose();
    }

    [TestMethod]
    public void Run_LabelsOfWords_GiveATokenClassifierMeasuredByEntities()
    {
        // Who acts is a person, the rest is not.
        string file = Write("x.tsv", ["text\tlabel", .. Row.Make(120, 1).Select(row => $"{row.Label} {row.Sentence1}\tB-PER I-PER{string.Concat(row.Sentence1.Split(' ').Select(_ => " O"))}")]);
        TableFinetuningResult result = Finetune(s_recipe with { Task = FinetuningTask.TokenClassification, ValidationShare = 0.2 }, file);
        Assert.AreSequenceEqual(["B-PER", "I-PER", "O"], result.Classes);
        Assert.IsGreaterThan(0.9, result.Metrics["entityF1"]);
        Assert.IsGreaterThan(0.9, result.Metrics["accuracy"]);
    }

    [TestMethod]
    [DataRow("1 2 3", FinetuningTask.Classification)]
    [DataRow("1 2.5 3", FinetuningTask.Regression)]
    [DataRow("1.0 2.0 3.0", FinetuningTask.Regression)]
    [DataRow("1.5 2 none", FinetuningTask.Classification)]
    public void Read_Labels_DecideTheTask(string labels, FinetuningTask task)
    {
        string file = Write("x.tsv", ["text\tlabel", .. labels.Split(' ').Select(label => $"a\t{label}")]);
        Assert.AreEqual(task, TableData.Read(s_recipe, file, null, null, default).Task);
    }

    [TestMethod]
    public void Read_ValidationShare_HoldsOutTheSeedsChoiceAndLosesNoRow()
    {
        string file = Write("x.tsv", ["text\tlabel", .. Enumerable.Range(0, 40).Select(row => $"{row}\t{(row % 2 == 0 ? "even" : "odd")}")]);
        string[] Held(ulong seed)
        {
            var data = TableData.Read(s_recipe with { ValidationShare = 0.25, Finetuning = s_recipe.Finetuning with { Seed = seed } }, file, null, null, default);
            Assert.HasCount(10, data.Validation);
            Assert.HasCount(40, data.Training.Concat(data.Validation).Select(row => row.Row.Text).Distinct());
            return [.. data.Validation.Select(row => row.Row.Text)];
        }

        Assert.AreSequenceEqual(Held(1), Held(1));
        Assert.IsFalse(Held(1).SequenceEqual(Held(2)));
    }

    [TestMethod]
    public void Read_ValidationShareOfClasses_HoldsOutTheSameShareOfEachAndNamesThoseTooSmall()
    {
        string file = Write("x.tsv", ["text\tlabel", .. Enumerable.Range(0, 44).Select(row => $"{row}\t{(row < 20 ? "often" : row < 40 ? "also" : row < 42 ? "seldom" : $"once {row}")}")]);
        for (ulong seed = 0; seed < 10; seed++)
        {
            var data = TableData.Read(s_recipe with { ValidationShare = 0.1, Finetuning = s_recipe.Finetuning with { Seed = seed } }, file, null, _log.Add, default);
            Assert.AreSequenceEqual(["also", "also", "often", "often"], data.Validation.Select(row => row.Label).Order(StringComparer.Ordinal));
            Assert.HasCount(5, data.Classes);
        }

        Assert.Contains("Too few rows for one to be held out: 'once 42' (1), 'once 43' (1), 'seldom' (2). How well these classes are told apart is not measured.", _log);
    }

    [TestMethod]
    public void Read_ClassesThatDifferInUpperCaseOnly_AreNamed()
    {
        string file = Write("x.tsv", ["text\tlabel", .. Enumerable.Range(0, 40).Select(row => $"{row}\t{(row % 3 == 0 ? "bad" : row % 3 == 1 ? "Good" : "good")}")]);
        TableData.Read(s_recipe, file, null, _log.Add, default);
        Assert.Contains("The classes 'Good' and 'good' differ in upper case only, and are learnt as different ones.", _log);
    }

    [TestMethod]
    public void Run_RowsWithoutALabel_AreLeftOutAndCounted()
    {
        string file = Write("x.tsv", ["text\tlabel", "a\tgood", "b\t", "c\tbad", "d\t"]);
        Assert.AreEqual(2, Finetune(Quick with { ValidationShare = 0 }, file).TrainingRows);
        Assert.IsTrue(_log.Any(line => line.Contains("2 rows have no label", StringComparison.Ordinal)), string.Join('\n', _log));
    }

    [TestMethod]
    public void Run_CancelledAndStartedAgain_LeavesNoModelAndThenGivesTheOneOfAnUninterruptedRun()
    {
        string file = Write("x.tsv", ["text\tlabel", .. Row.Make(40, 1).Select(row => $"{row.Sentence1}\t{row.Label}")]);
        FinetuningRecipe recipe = s_recipe with { Finetuning = s_recipe.Finetuning with { Epochs = 4 } };
        using var stop = new CancellationTokenSource();
        int epochs = 0;
        Assert.ThrowsExactly<OperationCanceledException>(() => TableFinetuner.Run(recipe, TinyBert.Folder, file, null, Run, progress: _ =>
        {
            if (++epochs == 2)
                stop.Cancel();
        }, cancellationToken: stop.Token));
        Assert.IsFalse(Directory.Exists(Path.Combine(Run, "model")));
        Assert.IsFalse(File.Exists(Path.Combine(Run, "result.json")));
        TableFinetuningResult ended = TableFinetuner.Run(recipe, TinyBert.Folder, file, null, Run, progress: _ => epochs++);
        Assert.AreEqual(4, epochs);
        Assert.AreEqual(ended.TrainingLoss, TableFinetuner.Run(recipe, TinyBert.Folder, file, null, Run).TrainingLoss, "what was measured stays known");
        string whole = Path.Combine(_folder, "whole");
        TableFinetuner.Run(recipe, TinyBert.Folder, file, null, whole);
        Assert.AreSequenceEqual(File.ReadAllBytes(Path.Combine(whole, "model", "model.safetensors")), File.ReadAllBytes(Path.Combine(Run, "model", "model.safetensors")));
    }

    [TestMethod]
    [DataRow("text\tlabel\na\t1.5\nb\tmany\n", FinetuningTask.Regression, "x.tsv, line 3, column 'label': 'many' is no number")]
    [DataRow("text\tlabel\na b\tO O\nc d\tO\n", FinetuningTask.TokenClassification, "x.tsv, line 3, column 'label': has 1 labels for the 2 words of column 'text'")]
    [DataRow("text\tlabel\na\tgood\nb\tgood\n", FinetuningTask.Auto, "column 'label' holds only 'good'")]
    [DataRow("text\tlabel\na\t1\nb\t2\nc\t3\nd\t4\ne\t5\nf\t6\ng\t7\nh\t8\ni\t9\nj\t10\n", FinetuningTask.Auto, "column 'label' has 10 different values in 10 rows, such as '1'")]
    [DataRow("text\tlabel\na\t\nb\t\n", FinetuningTask.Auto, "none of its 2 rows has a label")]
    [DataRow("text\tlabel\n", FinetuningTask.Auto, "x.tsv: holds no rows")]
    [DataRow("text\ttarget\na\tb\n", FinetuningTask.Auto, "there is no column 'label'")]
    public void Run_FileThatCannotBeLearntFrom_IsRefusedAndNothingIsWritten(string content, FinetuningTask task, string message)
    {
        string file = Path.Combine(_folder, "x.tsv");
        File.WriteAllText(file, content);
        Assert.Contains(message, Assert.ThrowsExactly<InvalidDataException>(() => Finetune(Quick with { Task = task, ValidationShare = 0 }, file)).Message);
        Assert.IsFalse(Directory.Exists(Run));
    }

    [TestMethod]
    public void Run_ClassOfHeldOutRowsOnly_IsNamedAndTheyAreLeftOut()
    {
        string training = Write("x.tsv", ["text\tlabel", "a\tgood", "b\tbad"]), validation = Write("y.tsv", ["text\tlabel", "a\tgood", "b\tnone", "c\tnone"]);
        Assert.AreEqual(1, TableFinetuner.Run(Quick, TinyBert.Folder, training, validation, Run, log: _log.Add).ValidationRows);
        Assert.Contains("Class 'none' stands only in held-out rows (2), so that it cannot be learnt; they are left out.", _log);
        Assert.IsFalse(_log.Any(line => line.Contains("no value", StringComparison.Ordinal)), string.Join('\n', _log));
    }

    [TestMethod]
    public void Read_LabelsAndHeaderWithBlanksAround_AreThoseWithout()
    {
        string file = Write("x.csv", ["text, label", "a, good", "b,good ", "c,\" bad\"", "d, "]);
        var data = TableData.Read(s_recipe with { ValidationShare = 0 }, file, null, _log.Add, default);
        Assert.AreSequenceEqual(["bad", "good"], data.Classes);
        Assert.HasCount(3, data.Training);
        Assert.IsTrue(_log.Single().Contains("1 rows have no label", StringComparison.Ordinal));
    }

    [TestMethod]
    public void Run_Pairs_MakeAModelThatIsKnownToTakeThem()
    {
        string file = Write("x.tsv", ["text\tsecond\tlabel", "a\tb\tgood", "b\ta\tbad"]);
        foreach ((string? second, int trained) in new[] { (null, 1), ("second", 2) })
        {
            string run = Run + trained;
            TableFinetuner.Run(Quick with { SecondText = second, ValidationShare = 0 }, TinyBert.Folder, file, null, run);
            using PretrainedBert bert = PretrainedBert.Load(Path.Combine(run, "model"));
            Assert.AreEqual(trained, bert.Config.TrainedTokenTypes);
        }
    }

    [TestMethod]
    public void Run_FileOfLines_SaysThatItHasNoLabels() =>
        Assert.Contains("is plain text, which is for pretraining", Assert.ThrowsExactly<InvalidDataException>(() => Finetune(Quick, Write("x.txt", ["a", "b"]))).Message);

    [TestMethod]
    [DynamicData(nameof(BadRecipes))]
    public void Validate_BadOption_IsNamed(FinetuningRecipe recipe, string option) =>
        Assert.Contains(option, Assert.Throws<ArgumentException>(recipe.Validate).Message);

    private static IEnumerable<(FinetuningRecipe Recipe, string Option)> BadRecipes =>
    [
        (Quick with { Text = "" }, "Text"),
        (Quick with { SecondText = "text" }, "SecondText"),
        (Quick with { Label = "text" }, "Label"),
        (Quick with { ValidationShare = 1 }, "ValidationShare"),
        (Quick with { Separator = '"' }, "Separator"),
        (Quick with { Format = (TableFormat)9 }, "Format"),
        (Quick with { Task = (FinetuningTask)9 }, "Task"),
        (Quick with { Task = FinetuningTask.Regression, BalanceClasses = true }, "BalanceClasses"),
        (Quick with { Task = FinetuningTask.TokenClassification, SecondText = "b" }, "SecondText"),
        (Quick with { Finetuning = new FinetuningOptions { Epochs = 0 } }, "Epochs"),
    ];

    private static FinetuningRecipe Quick => s_recipe with { Finetuning = s_recipe.Finetuning with { Epochs = 1 } };

    private TableFinetuningResult Finetune(FinetuningRecipe recipe, string file) => TableFinetuner.Run(recipe, TinyBert.Folder, file, null, Run, log: _log.Add);

    private string Write(string file, IEnumerable<string> lines)
    {
        string path = Path.Combine(_folder, file);
        File.WriteAllLines(path, lines);
        return path;
    }
}
