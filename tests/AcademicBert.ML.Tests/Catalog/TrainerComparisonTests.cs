using System.IO.Compression;
using System.Reflection;
using AcademicBert.Finetuning;
using AcademicBert.Modeling;
using AcademicBert.Optimization;
using AcademicBert.Scoring;
using AcademicBert.Tokenization;
using AcademicBert.Training;
using Microsoft.ML;
using Microsoft.ML.Data;
using TorchSharp;

namespace AcademicBert.Tests.Catalog;

/// <summary>
/// The trainers beside Microsoft.ML.TorchSharp's TextClassification and SentenceSimilarity: the same parameters, and none of the seventeen
/// weaknesses those have. In the order of the table: weights of one's own, tokenizer, truncation, order of rows, batch building, loss,
/// validation, labels, scores, prediction, saving, device, disposal, progress, cancellation, resuming, defaults.
/// </summary>
[TestClass]
public sealed class TrainerComparisonTests
{
    private readonly MLContext _context = new(1);

    private static readonly string[] s_textClassification =
        ["labelColumnName", "scoreColumnName", "outputColumnName", "sentence1ColumnName", "sentence2ColumnName", "batchSize", "maxEpochs", "architecture", "validationSet"];

    private static readonly string[] s_sentenceSimilarity =
        ["labelColumnName", "scoreColumnName", "sentence1ColumnName", "sentence2ColumnName", "batchSize", "maxEpochs", "architecture", "validationSet"];

    [TestMethod]
    [DataRow(typeof(BertMulticlassCatalog), true)]
    [DataRow(typeof(BertBinaryCatalog), true)]
    [DataRow(typeof(BertRegressionCatalog), false)]
    public void ShortForm_Parameters_AreMicrosoftsInTheirOrderWithTheModelInPlaceOfTheArchitecture(Type catalog, bool classifies)
    {
        string[] names = [.. ShortForm(catalog).GetParameters().Skip(1).Select(parameter => parameter.Name!)];
        Assert.AreSequenceEqual((classifies ? s_textClassification : s_sentenceSimilarity).Select(name => name == "architecture" ? "modelFolder" : name), names);
    }

    // 17: two defaults for one thing.
    [TestMethod]
    [DataRow(typeof(BertMulticlassCatalog), typeof(BertClassificationOptions))]
    [DataRow(typeof(BertBinaryCatalog), typeof(BertBinaryClassificationOptions))]
    [DataRow(typeof(BertRegressionCatalog), typeof(BertRegressionOptions))]
    public void ShortForm_Defaults_AreThoseOfTheOptions(Type catalog, Type options)
    {
        object all = Activator.CreateInstance(options)!;
        FinetuningOptions finetuning = ((BertTrainerOptions)all).Finetuning;
        foreach (ParameterInfo parameter in ShortForm(catalog).GetParameters().Skip(1))
        {
            object? expected = parameter.Name switch
            {
                "batchSize" => finetuning.BatchSize,
                "maxEpochs" => finetuning.Epochs,
                "outputColumnName" => ((BertClassifierOptions)all).PredictionColumnName,
                { } name => options.GetProperty(char.ToUpperInvariant(name[0]) + name[1..])!.GetValue(all),
                null => null,
            };
            Assert.AreEqual(expected, parameter.DefaultValue, parameter.Name);
        }
    }

    // 1 and 2: any model, any vocabulary, several at once.
    [TestMethod]
    public void Fit_ModelsOfDifferentVocabulariesAtTheSameTime_GiveWhatTheyGiveAlone()
    {
        string other = Directory.CreateTempSubdirectory("academicbert-tests-").FullName;
        try
        {
            Vocabulary vocabulary = VocabularyTrainer.Train(PairRow.Make(100, 1).Select(row => row.Sentence1), new VocabularyTrainerOptions { Size = 60 });
            using (PretrainedBert untrained = PretrainedBert.CreateUntrained(new BertConfig { HiddenSize = 16, Layers = 1, Heads = 2, IntermediateSize = 32, MaxPositions = 40 }, BertWordPieceTokenizer.Create(vocabulary)))
                untrained.Save(Path.Combine(other, "model"));
            string[] folders = [TinyBert.Folder, Path.Combine(other, "model"), TinyBert.Folder, Path.Combine(other, "model")];
            float[][] alone = [Scores(folders[0]), Scores(folders[1])];
            float[][] together = [.. folders.AsParallel().AsOrdered().WithDegreeOfParallelism(4).Select(Scores)];
            for (int i = 0; i < together.Length; i++)
                Assert.AreSequenceEqual(alone[i % 2], together[i]);
        }
        finally
        {
            Directory.Delete(other, recursive: true);
        }

        float[] Scores(string folder)
        {
            var context = new MLContext(1);
            using BertRegressionTransformer model = context.Regression.Trainers.BertRegression(Regression with { ModelFolder = folder }).Fit(context.Data.LoadFromEnumerable(PairRow.Make(16, 1)));
            return [.. model.Transform(context.Data.LoadFromEnumerable(PairRow.Make(8, 2))).GetColumn<float>("Score")];
        }
    }

    // 3: truncation.
    [TestMethod]
    public void EncodedInput_PairThatIsTooLong_CutsTheLongerKeepsBothSeparatorsAndSegments()
    {
        using PretrainedBert bert = PretrainedBert.Load(TinyBert.Folder);
        string first = string.Concat(Enumerable.Repeat("the baker ", 20)), second = "the pilot";
        EncodedInput input = EncodedInput.Of(bert.Tokenizer, first.AsMemory(), second.AsMemory(), 16);
        int separator = bert.Tokenizer.Vocabulary.SeparatorId;
        Assert.AreEqual(16, input.Length);
        Assert.AreEqual(separator, input.Ids[^1]);
        Assert.AreEqual(separator, input.Ids[input.SecondStart - 1]);
        int[] whole = EncodedInput.Of(bert.Tokenizer, second.AsMemory(), null, 16).Ids[1..];
        Assert.AreSequenceEqual(whole, input.Ids[input.SecondStart..], "the shorter sentence is whole");
    }

    // 4: order of rows and dropout; LengthBucketsTests hold that every epoch has another order.
    [TestMethod]
    public void FitAndTransform_GlobalGenerator_IsNotTouched()
    {
        float[] Drawn(Action between)
        {
            torch.manual_seed(5);
            between();
            using torch.Tensor drawn = torch.rand(4);
            return drawn.data<float>().ToArray();
        }

        Assert.AreSequenceEqual(Drawn(() => { }), Drawn(() =>
        {
            using BertRegressionTransformer model = Fit(Regression with { Finetuning = Regression.Finetuning with { Dropout = 0.1 } }, Pairs(16, 1));
            _ = model.Transform(Pairs(4, 2)).GetColumn<float>("Score").ToArray();
        }));
    }

    [TestMethod]
    public void Fit_OneRowAgainAndAgain_DrawsAnotherDropoutMaskEachEpoch()
    {
        var losses = new List<double>();
        BertRegressionOptions options = Regression with { MetricsCallback = epoch => losses.Add(epoch.Loss), Finetuning = Regression.Finetuning with { Epochs = 6, LearningRate = 1e-12, Dropout = 0.5 } };
        Fit(options, Pairs(1, 1)).Dispose();
        Assert.AreEqual(6, losses.Distinct().Count());
    }

    // 5 and 13: rows are read and tokenized once, and cursors given back.
    [TestMethod]
    public void Fit_ManyEpochs_ReadsTheRowsOnceAndDisposesTheCursors()
    {
        var training = new CountingView(Pairs(20, 1));
        var validation = new CountingView(Pairs(20, 2));
        using BertRegressionTransformer model = Fit(Regression with { ValidationSet = validation, Finetuning = Regression.Finetuning with { Epochs = 4 } }, training);
        var scored = new CountingView(Pairs(20, 3));
        _ = model.Transform(scored).GetColumn<float>("Score").ToArray();
        foreach (CountingView view in (CountingView[])[training, validation, scored])
        {
            Assert.AreEqual(1, view.Opened);
            Assert.AreEqual(1, view.Disposed);
        }
    }

    // 6: the size of a step does not depend on the number of rows.
    [TestMethod]
    public void Step_EveryRowTwice_IsTheSameStep()
    {
        Assert.AreEqual(0, Difference(Stepped(1), Stepped(2)), 1e-5);
        Assert.IsGreaterThan(1e-3, Difference(Stepped(1), Stepped(0)), "the step moves the parameters");

        static double Difference(float[] left, float[] right) => left.Zip(right, (a, b) => Math.Abs(a - b)).Max();

        static float[] Stepped(int copies)
        {
            using PretrainedBert bert = PretrainedBert.Load(TinyBert.Folder);
            FinetuningObjective objective = FinetuningObjective.Regression;
            using BertModel model = Backbone.WithHead(bert.Model, objective.Head, dropout: 0, seed: 1, ComputePrecision.Float32);
            // Gradient descent instead of Adam, which hides the size of the gradient.
            using var optimizer = new AdamW(model.Parameters, new AdamWOptions { Beta1 = 0, Epsilon = 1e6, WeightDecay = 0 });
            LabelledExample[] rows = [.. PairRow.Make(6, 1).Select(row => new LabelledExample(EncodedInput.Of(bert.Tokenizer, row.Sentence1.AsMemory(), row.Sentence2.AsMemory(), 24), row.Similarity))];
            if (copies > 0)
                new FinetuningStep(model, optimizer, objective, new FinetuningOptions(), trainedFrom: 0, bert.Tokenizer.Vocabulary.PadId).Run([.. Enumerable.Repeat(rows, copies).SelectMany(copy => copy)], learningRate: 1e4);
            return model.Parameters.ToArray(model.Parameters.Slot("classifier.weight"));
        }
    }

    // 8: labels. BertClassificationTests skip and count rows without one.
    [TestMethod]
    public void Fit_ClassWithoutARow_HasAScoreAndTheOptionsStayAsTheyWere()
    {
        BertClassificationOptions options = TinyBert.Options with { Finetuning = TinyBert.Options.Finetuning with { Epochs = 1 } }, before = options with { };
        Row[] rows = [.. Row.Make(60, 1).Where(row => row.Label != "the pilot")];
        using BertClassificationTransformer model = _context.MulticlassClassification.Trainers.BertClassification(options).Fit(Row.View(_context, rows));
        Assert.AreEqual(before, options);
        MulticlassClassificationMetrics metrics = _context.MulticlassClassification.Evaluate(model.Transform(Row.View(_context, Row.Make(60, 2))));
        Assert.AreEqual(6, metrics.ConfusionMatrix.NumberOfClasses);
        Assert.IsTrue(double.IsFinite(metrics.LogLoss));
    }

    // 11: the model is readable elsewhere, and remembers how it was trained.
    [TestMethod]
    public void Save_Model_HoldsAModelFolderAndTheOptions()
    {
        string folder = Directory.CreateTempSubdirectory("academicbert-tests-").FullName;
        try
        {
            IDataView rows = Pairs(8, 1);
            using BertRegressionTransformer model = Fit(Regression, rows);
            string zip = Path.Combine(folder, "model.zip"), inside = Path.Combine(folder, "inside");
            _context.Model.Save(model, rows.Schema, zip);
            using (ZipArchive archive = ZipFile.OpenRead(zip))
                foreach (ZipArchiveEntry entry in archive.Entries.Where(entry => entry.FullName.Contains("TransformerChain", StringComparison.Ordinal) && entry.Length > 0))
                {
                    Directory.CreateDirectory(inside);
                    entry.ExtractToFile(Path.Combine(inside, Path.GetFileName(entry.FullName.Replace('\\', '/'))), overwrite: true);
                }

            using PretrainedBert loaded = PretrainedBert.Load(inside);
            Assert.AreEqual(model.Bert.Config with { MlmOutputBias = false }, loaded.Config with { MlmOutputBias = false }, "a classifier's file does not say whether its pretraining had that bias");
            Assert.AreEqual(Regression.Finetuning, ((BertRegressionTransformer)_context.Model.Load(zip, out _)).Finetuning);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // 12: a device that is asked for is used or refused, never ignored.
    [TestMethod]
    public void Fit_GpuThatCannotBeUsed_IsRefusedUnlessTheCpuMayStandIn()
    {
        BertRegressionTransformer OnGpu(bool fallback)
        {
            var context = new MLContext(1) { GpuDeviceId = 1, FallbackToCpu = fallback };
            return context.Regression.Trainers.BertRegression(Regression).Fit(Pairs(4, 1));
        }

        Assert.Contains("GpuDeviceId is 1", Assert.ThrowsExactly<NotSupportedException>(() => OnGpu(fallback: false)).Message);
        OnGpu(fallback: true).Dispose();
    }

    // 14: progress; BertClassificationTests find it in mlContext.Log, too.
    [TestMethod]
    public void Fit_MetricsCallback_SaysLossRateAndThroughputOfEveryEpoch()
    {
        var epochs = new List<FinetuningProgress>();
        Fit(Regression with { MetricsCallback = epochs.Add, Finetuning = Regression.Finetuning with { Epochs = 3 } }, Pairs(20, 1)).Dispose();
        Assert.AreSequenceEqual([1, 2, 3], epochs.Select(epoch => epoch.Epoch));
        Assert.IsTrue(epochs.All(epoch => epoch is { Loss: > 0, RowsPerSecond: > 0, ValidationScore: null }));
        Assert.AreSequenceEqual([3L, 6, 9], epochs.Select(epoch => epoch.Steps));
    }

    private static BertRegressionOptions Regression => new()
    {
        ModelFolder = TinyBert.Folder,
        LabelColumnName = "Similarity",
        Finetuning = new FinetuningOptions { LearningRate = 1e-3, Epochs = 1, BatchSize = 8, MaxLength = 24, Dropout = 0 },
    };

    // Of the trainers for one sentence or two; labels of words have a verb of their own.
    private static MethodInfo ShortForm(Type catalog) =>
        catalog.GetMethods(BindingFlags.Public | BindingFlags.Static).Single(method => method.GetParameters().Any(parameter => parameter.Name == "sentence2ColumnName"));

    private IDataView Pairs(int count, int seed) => _context.Data.LoadFromEnumerable(PairRow.Make(count, seed));

    private BertRegressionTransformer Fit(BertRegressionOptions options, IDataView rows) => _context.Regression.Trainers.BertRegression(options).Fit(rows);
}
