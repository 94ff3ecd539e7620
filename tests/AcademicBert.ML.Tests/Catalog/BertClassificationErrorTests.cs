using AcademicBert.Finetuning;
using AcademicBert.Modeling;
using AcademicBert.Scoring;
using Microsoft.ML;

namespace AcademicBert.Tests.Catalog;

[TestClass]
public sealed class BertClassificationErrorTests
{
    private readonly MLContext _context = new(1);

    [TestMethod]
    [DataRow("Label")]
    [DataRow("Sentence1")]
    [DataRow("Sentence2")]
    public void Fit_MissingColumn_NamesIt(string column)
    {
        IDataView view = _context.Transforms.DropColumns(column).Fit(Row.View(_context, Row.Make(5, 1))).Transform(Row.View(_context, Row.Make(5, 1)));
        BertClassificationTrainer trainer = _context.MulticlassClassification.Trainers.BertClassification(TinyBert.Options with { Sentence2ColumnName = "Sentence2" });
        Assert.Contains($"'{column}'", Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => trainer.Fit(view)).Message);
    }

    [TestMethod]
    public void Fit_LabelThatIsNoKey_SaysHowToMakeOne()
    {
        IDataView view = _context.Data.LoadFromEnumerable(Row.Make(5, 1));
        ArgumentOutOfRangeException error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _context.MulticlassClassification.Trainers.BertClassification(TinyBert.Options).Fit(view));
        Assert.Contains("'Label'", error.Message);
        Assert.Contains("MapValueToKey", error.Message);
    }

    [TestMethod]
    public void FitOfAChain_LabelThatIsNoKey_FailsBeforeAnythingIsTrained()
    {
        var epochs = 0;
        IEstimator<ITransformer> chain = _context.Transforms.Text.BertEmbed(TinyBert.Folder, inputColumnName: "Sentence1")
            .Append(_context.MulticlassClassification.Trainers.BertClassification(TinyBert.Options with { MetricsCallback = _ => epochs++ }));
        ArgumentOutOfRangeException error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => chain.GetOutputSchema(Shape(_context.Data.LoadFromEnumerable(Row.Make(5, 1)))));
        Assert.Contains("'Label'", error.Message);
        Assert.AreEqual(0, epochs);
    }

    [TestMethod]
    public void Fit_NoModelAnywhere_SaysWhereOneMayComeFrom()
    {
        InvalidOperationException error = Assert.ThrowsExactly<InvalidOperationException>(
            () => _context.MulticlassClassification.Trainers.BertClassification().Fit(Row.View(_context, Row.Make(5, 1))));
        Assert.Contains("ModelFolder", error.Message);
        Assert.Contains("BertPretrain", error.Message);
    }

    [TestMethod]
    public void Fit_NoRowWithAClass_SaysSo()
    {
        IDataView view = Row.View(_context, [new Row { Sentence1 = "a", Label = "nobody" }]);
        Assert.Contains("'Label'", Assert.ThrowsExactly<InvalidOperationException>(() => _context.MulticlassClassification.Trainers.BertClassification(TinyBert.Options).Fit(view)).Message);
    }

    [TestMethod]
    public void Fit_ValidationSetWithoutAClass_IsRefused()
    {
        IDataView rows = Row.View(_context, Row.Make(20, 1));
        BertClassificationTrainer trainer = _context.MulticlassClassification.Trainers.BertClassification(TinyBert.Options with { ValidationSet = _context.Data.SkipRows(rows, 100) });
        Assert.Contains("No row of ValidationSet", Assert.ThrowsExactly<InvalidOperationException>(() => trainer.Fit(rows)).Message);
    }

    [TestMethod]
    public void Fit_ScoringPrecisionThatCannotBeHad_IsRefusedBeforeTraining()
    {
        int epochs = 0;
        BertClassificationTrainer trainer = _context.MulticlassClassification.Trainers.BertClassification(TinyBert.Options with { ScoringPrecision = ComputePrecision.Float16, MetricsCallback = _ => epochs++ });
        Assert.StartsWith("BertTrainerOptions.ScoringPrecision is Float16", Assert.ThrowsExactly<ArgumentException>(() => trainer.Fit(Row.View(_context, Row.Make(20, 1)))).Message);
        Assert.AreEqual(0, epochs);
    }

    [TestMethod]
    public void Fit_OnTheModelOfADisposedTransformer_SaysThatItIsDisposed()
    {
        BertEmbeddingTransformer embed = _context.Transforms.Text.BertEmbed(TinyBert.Folder, inputColumnName: "Sentence1").Fit(Row.View(_context, Row.Make(5, 1)));
        IDataView embedded = embed.Transform(Row.View(_context, Row.Make(5, 1)));
        embed.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => _context.MulticlassClassification.Trainers.BertClassification(TinyBert.Options with { ModelFolder = null }).Fit(embedded));
    }

    [TestMethod]
    public void Fit_ValidationSetWithOtherKeys_SaysSo()
    {
        IDataView other = _context.Data.LoadFromEnumerable(Row.Make(20, 2));
        other = _context.Transforms.Conversion.MapValueToKey("Label").Fit(other).Transform(other);
        BertClassificationTrainer trainer = _context.MulticlassClassification.Trainers.BertClassification(TinyBert.Options with { ValidationSet = other });
        Assert.Contains("MapValueToKey", Assert.ThrowsExactly<ArgumentException>(() => trainer.Fit(Row.View(_context, Row.Make(20, 1)))).Message);
    }

    [TestMethod]
    public void Fit_LongerThanTheModelsPositions_NamesBoth()
    {
        BertClassificationTrainer trainer = _context.MulticlassClassification.Trainers.BertClassification(
            TinyBert.Options with { Finetuning = new FinetuningOptions { MaxLength = 64 } });
        ArgumentException error = Assert.ThrowsExactly<ArgumentException>(() => trainer.Fit(Row.View(_context, Row.Make(5, 1))));
        Assert.Contains("64", error.Message);
        Assert.Contains("32", error.Message);
    }

    public static IEnumerable<object[]> BadOptions => [
        [new BertClassificationOptions { Finetuning = new FinetuningOptions { BatchSize = 0 } }, "BatchSize"],
        [new BertClassificationOptions { Finetuning = new FinetuningOptions { Epochs = 0 } }, "Epochs"],
        [new BertClassificationOptions { Finetuning = new FinetuningOptions { LearningRate = 0 } }, "LearningRate"],
        [new BertClassificationOptions { Finetuning = new FinetuningOptions { MaxLength = 3 } }, "MaxLength"],
        [new BertClassificationOptions { Finetuning = new FinetuningOptions { WeightDecay = -1 } }, "WeightDecay"],
        [new BertClassificationOptions { Finetuning = new FinetuningOptions { Dropout = 1 } }, "Dropout"],
        [new BertClassificationOptions { Finetuning = new FinetuningOptions { LabelSmoothing = 1 } }, "LabelSmoothing"],
        [new BertClassificationOptions { Finetuning = new FinetuningOptions { FrozenLayers = -1 } }, "FrozenLayers"],
        [new BertClassificationOptions { Finetuning = new FinetuningOptions { LayerDecay = 0 } }, "LayerDecay"],
        [new BertClassificationOptions { Finetuning = new FinetuningOptions { EarlyStoppingPatience = 1 } }, "ValidationSet"],
        [new BertClassificationOptions { ScoringBatchSize = 0 }, "ScoringBatchSize"],
        [new BertClassificationOptions { LabelColumnName = "" }, "LabelColumnName"],
    ];

    [TestMethod]
    [DynamicData(nameof(BadOptions))]
    public void BertClassification_BadOption_IsNamedBeforeAnyData(BertClassificationOptions options, string name)
    {
        Assert.Contains(name, Assert.Throws<ArgumentException>(() => _context.MulticlassClassification.Trainers.BertClassification(options)).Message);
    }

    [TestMethod]
    [DataRow("config.json", "")]
    [DataRow("config.json", "{ \"model_type\": \"gpt2\" }")]
    [DataRow("model.safetensors", "")]
    [DataRow("model.safetensors", "damage")]
    [DataRow("vocab.txt", "")]
    [DataRow("vocab.txt", "[PAD]\n[UNK]\n")]
    [DataRow("tokenizer_config.json", "[")]
    public void Fit_DamagedModelFolder_NamesTheFile(string file, string content)
    {
        string folder = Directory.CreateTempSubdirectory("academicbert-tests-").FullName;
        try
        {
            // Without tokenizer.json, which stands in for vocab.txt.
            foreach (string path in Directory.GetFiles(TinyBert.Folder).Where(path => Path.GetFileName(path) != "tokenizer.json"))
                File.Copy(path, Path.Combine(folder, Path.GetFileName(path)));
            if (content.Length == 0)
                File.Delete(Path.Combine(folder, file));
            else
                File.WriteAllText(Path.Combine(folder, file), content);
            BertClassificationTrainer trainer = _context.MulticlassClassification.Trainers.BertClassification(TinyBert.Options with { ModelFolder = folder });
            Exception error = Assert.Throws<Exception>(() => trainer.Fit(Row.View(_context, Row.Make(5, 1))));
            Assert.IsTrue(error is IOException or InvalidDataException, error.GetType().Name);
            Assert.Contains(file, error.Message);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static SchemaShape Shape(IDataView view) => AcademicBert.ML.Hosting.SchemaShapes.Of(view.Schema);
}
