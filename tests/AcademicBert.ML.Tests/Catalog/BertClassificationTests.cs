using AcademicBert.Finetuning;
using AcademicBert.Training;
using Microsoft.ML;
using Microsoft.ML.Data;
using TorchSharp;

namespace AcademicBert.Tests.Catalog;

[TestClass]
public sealed class BertClassificationTests
{
    private readonly MLContext _context = new(1);

    [TestMethod]
    public void Fit_LearnableRows_ClassifiesUnseenRowsByAllMetricsOfTheEvaluator()
    {
        using BertClassificationTransformer model = Fit(TinyBert.Options, Row.Make(200, 1));
        MulticlassClassificationMetrics metrics = _context.MulticlassClassification.Evaluate(model.Transform(Row.View(_context, Row.Make(100, 2))));
        Assert.IsGreaterThan(0.95, metrics.MicroAccuracy);
        Assert.IsLessThan(0.5, metrics.LogLoss);
        Assert.AreEqual(6, metrics.ConfusionMatrix.NumberOfClasses);
        Assert.AreSequenceEqual(Pretraining.TinyText.Subjects, model.Classes);
    }

    [TestMethod]
    public void Transform_AnyRow_GivesProbabilitiesWithTheClassesAsSlotNames()
    {
        using BertClassificationTransformer model = Fit(TinyBert.Options with { Finetuning = Quick }, Row.Make(40, 1));
        IDataView scored = model.Transform(Row.View(_context, Row.Make(9, 2)));
        VBuffer<ReadOnlyMemory<char>> slots = default;
        scored.Schema["Score"].GetSlotNames(ref slots);
        Assert.AreSequenceEqual(Pretraining.TinyText.Subjects, slots.DenseValues().Select(slot => slot.ToString()));
        Assert.IsInstanceOfType<KeyDataViewType>(scored.Schema["PredictedLabel"].Type);
        foreach (Prediction row in _context.Data.CreateEnumerable<Prediction>(scored, reuseRowObject: false))
        {
            Assert.AreEqual(1, row.Score.Sum(), 1e-5);
            Assert.AreEqual(Array.IndexOf(row.Score, row.Score.Max()) + 1, (int)row.PredictedLabel);
        }
    }

    [TestMethod]
    public void Transform_BatchesOfOtherSizes_GiveTheSameScores()
    {
        BertClassificationOptions options = TinyBert.Options with { Finetuning = Quick };
        Row[] rows = Row.Make(37, 2);
        rows[5].Sentence1 = "";
        rows[9].Sentence1 = string.Join(' ', Enumerable.Repeat("the baker bakes bread", 40));
        float[][] One(int batchSize)
        {
            using BertClassificationTransformer model = Fit(options with { ScoringBatchSize = batchSize }, Row.Make(40, 1));
            return [.. model.Transform(Row.View(_context, rows)).GetColumn<float[]>("Score")];
        }

        float[][] single = One(1), together = One(16);
        for (int row = 0; row < rows.Length; row++)
            for (int i = 0; i < 6; i++)
                Assert.AreEqual(single[row][i], together[row][i], 1e-5, $"row {row}");
    }

    [TestMethod]
    public void Fit_SameSeed_GivesTheSameScoresBitForBit()
    {
        IEnumerable<float> Scores(ulong seed)
        {
            using BertClassificationTransformer model = Fit(TinyBert.Options with { Finetuning = Quick with { Seed = seed } }, Row.Make(40, 1));
            return [.. model.Transform(Row.View(_context, Row.Make(5, 2))).GetColumn<float[]>("Score").SelectMany(score => score)];
        }

        Assert.AreSequenceEqual(Scores(1), Scores(1));
        Assert.AreNotEqual(Scores(1).First(), Scores(2).First());
    }

    [TestMethod]
    public void Fit_LabelInTheSecondSentence_IsLearntFromPairsOnly()
    {
        Row[] Swapped(int count, int seed) => [.. Row.Make(count, seed).Select(row => new Row { Sentence1 = row.Sentence2, Sentence2 = row.Sentence1, Label = row.Label })];
        BertClassificationOptions pairs = TinyBert.Options with { Sentence2ColumnName = "Sentence2", Finetuning = TinyBert.Options.Finetuning with { MaxLength = 24 } };
        using BertClassificationTransformer model = Fit(pairs, Swapped(200, 1)), first = Fit(pairs with { Sentence2ColumnName = null }, Swapped(200, 1));
        IDataView unseen = Row.View(_context, Swapped(100, 2));
        Assert.IsGreaterThan(0.9, _context.MulticlassClassification.Evaluate(model.Transform(unseen)).MicroAccuracy);
        Assert.IsLessThan(0.5, _context.MulticlassClassification.Evaluate(first.Transform(unseen)).MicroAccuracy, "the first sentence does not tell");
    }

    [TestMethod]
    public void Fit_RowsWithoutAClass_SkipsAndCountsThem()
    {
        Row[] rows = Row.Make(40, 1);
        rows[3].Label = "the ghost";
        rows[7].Label = "";
        var lines = new List<string>();
        _context.Log += (_, line) => lines.Add(line.Message);
        Fit(TinyBert.Options with { Finetuning = Quick }, rows).Dispose();
        Assert.IsTrue(lines.Any(line => line.Contains("2 rows have no value in the label column 'Label'", StringComparison.Ordinal)), string.Join('\n', lines));
        Assert.IsTrue(lines.Any(line => line.Contains("epoch 1 of 1: loss", StringComparison.Ordinal)), string.Join('\n', lines));
    }

    [TestMethod]
    public void Fit_ValidationSet_KeepsTheBestEpochAndStopsEarly()
    {
        var epochs = new List<FinetuningProgress>();
        IDataView validation = Row.View(_context, Row.Make(60, 3));
        BertClassificationOptions options = TinyBert.Options with
        {
            ValidationSet = validation,
            MetricsCallback = epochs.Add,
            Finetuning = TinyBert.Options.Finetuning with { Epochs = 30, EarlyStoppingPatience = 2 },
        };
        using BertClassificationTransformer model = Fit(options, Row.Make(120, 1));
        double best = epochs.Max(epoch => epoch.ValidationScore!.Value);
        Assert.AreEqual(best, _context.MulticlassClassification.Evaluate(model.Transform(validation)).MicroAccuracy, 1e-9);
        Assert.IsLessThan(30, epochs.Count);
        Assert.AreEqual(epochs.First(epoch => epoch.ValidationScore == best).Epoch + 2, epochs.Count);
    }

    [TestMethod]
    public void CrossValidate_ClassesThatAFoldMayLack_ScoresEveryFold()
    {
        Row[] rows = Row.Make(240, 1);
        rows[17].Label = "the ghost"; // no key: left out of training and of the metrics
        // Half the rows need more epochs to be learnt whatever the rounding.
        BertClassificationOptions options = TinyBert.Options with { Finetuning = TinyBert.Options.Finetuning with { Epochs = 28 } };
        IReadOnlyList<TrainCatalogBase.CrossValidationResult<MulticlassClassificationMetrics>> folds = _context.MulticlassClassification.CrossValidate(
            Row.View(_context, rows), _context.MulticlassClassification.Trainers.BertClassification(options), numberOfFolds: 2);
        foreach (TrainCatalogBase.CrossValidationResult<MulticlassClassificationMetrics> fold in folds)
        {
            Assert.IsGreaterThan(0.9, fold.Metrics.MicroAccuracy);
            Assert.AreEqual(6, fold.Metrics.ConfusionMatrix.NumberOfClasses);
        }
    }

    [TestMethod]
    public void Fit_LastStepThatDiverges_IsNoSuccess()
    {
        BertClassificationOptions options = TinyBert.Options with { Finetuning = TinyBert.Options.Finetuning with { Epochs = 1, BatchSize = 32, WarmupProportion = 0, LearningRate = 1e30 } };
        Assert.Contains("LearningRate (1E+30)", Assert.ThrowsExactly<TrainingDivergedException>(() => Fit(options, Row.Make(20, 1))).Message);
    }

    [TestMethod]
    [DataRow(0.06, true)]
    [DataRow(0, false)]
    public void Fit_OneStepThatOnlyWarmsUp_IsWarnedOf(double warmup, bool warned)
    {
        var lines = new List<string>();
        _context.Log += (_, line) => lines.Add(line.Message);
        using BertClassificationTransformer model = Fit(TinyBert.Options with { Finetuning = TinyBert.Options.Finetuning with { Epochs = 1, BatchSize = 32, WarmupProportion = warmup } }, Row.Make(20, 1));
        Assert.AreEqual(warned, lines.Any(line => line.Contains("All 20 rows make one step", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void Fit_Cancelled_Throws()
    {
        using var stop = new CancellationTokenSource();
        BertClassificationOptions options = TinyBert.Options with { CancellationToken = stop.Token, MetricsCallback = _ => stop.Cancel() };
        Assert.ThrowsExactly<OperationCanceledException>(() => Fit(options, Row.Make(40, 1)));
    }

    [TestMethod]
    public void FitScoreAndDispose_ManyTimes_KeepsTheNumberOfTensors()
    {
        void Cycle()
        {
            using BertClassificationTransformer model = Fit(TinyBert.Options with { Finetuning = Quick }, Row.Make(20, 1));
            _ = model.Transform(Row.View(_context, Row.Make(5, 2))).GetColumn<uint>("PredictedLabel").ToArray();
        }

        Cycle();
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        for (int i = 0; i < 5; i++)
            Cycle();
        Assert.AreEqual(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [TestMethod]
    public void BertClassification_ShortParameters_AreThoseOfTheOptions()
    {
        using BertClassificationTransformer model = _context.MulticlassClassification.Trainers.BertClassification(
            labelColumnName: "Label", scoreColumnName: "P", outputColumnName: "Best", sentence1ColumnName: "Sentence1", batchSize: 16, maxEpochs: 1, modelFolder: TinyBert.Folder)
            .Fit(Row.View(_context, Row.Make(20, 1)));
        DataViewSchema schema = model.GetOutputSchema(Row.View(_context, []).Schema);
        Assert.IsNotNull(schema.GetColumnOrNull("P"));
        Assert.IsNotNull(schema.GetColumnOrNull("Best"));
    }

    private static FinetuningOptions Quick => TinyBert.Options.Finetuning with { Epochs = 1 };

    private BertClassificationTransformer Fit(BertClassificationOptions options, Row[] rows) =>
        _context.MulticlassClassification.Trainers.BertClassification(options).Fit(Row.View(_context, rows));
}
