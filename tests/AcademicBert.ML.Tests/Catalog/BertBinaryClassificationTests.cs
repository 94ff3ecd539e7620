using AcademicBert.Finetuning;
using AcademicBert.Modeling;
using AcademicBert.Training;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace AcademicBert.Tests.Catalog;

[TestClass]
public sealed class BertBinaryClassificationTests
{
    private readonly MLContext _context = new(1);

    private static BertBinaryClassificationOptions Options => new() { ModelFolder = TinyBert.Folder, Sentence2ColumnName = "Sentence2", Finetuning = TinyBert.Options.Finetuning with { MaxLength = 24 } };

    [TestMethod]
    public void Fit_LearnablePairs_PleasesTheEvaluatorByAllItsMetrics()
    {
        using BertBinaryClassificationTransformer model = Fit(Options, PairRow.Make(160, 1));
        CalibratedBinaryClassificationMetrics metrics = _context.BinaryClassification.Evaluate(model.Transform(View(PairRow.Make(100, 2))));
        Assert.IsGreaterThan(0.95, metrics.Accuracy);
        Assert.IsGreaterThan(0.97, metrics.AreaUnderRocCurve);
        Assert.IsLessThan(0.3, metrics.LogLoss);
    }

    [TestMethod]
    public void Transform_AnyRow_GivesAMarginItsProbabilityAndItsSign()
    {
        using BertBinaryClassificationTransformer model = Fit(Options with { Finetuning = Quick }, PairRow.Make(30, 1));
        IDataView scored = model.Transform(View(PairRow.Make(20, 2)));
        Assert.AreEqual("BinaryClassification", Text(scored.Schema["Score"], "ScoreColumnKind"));
        Assert.AreEqual("Probability", Text(scored.Schema["Probability"], "ScoreValueKind"));
        foreach (Prediction row in _context.Data.CreateEnumerable<Prediction>(scored, reuseRowObject: false))
        {
            Assert.AreEqual(1 / (1 + Math.Exp(-row.Score)), row.Probability, 1e-6);
            Assert.AreEqual(row.Score > 0, row.PredictedLabel);
        }
    }

    [TestMethod]
    public void CrossValidate_InAChainFromTheModelOfTheSameChain_ScoresEveryFold()
    {
        IEstimator<ITransformer> chain = _context.Transforms.Text.BertEmbed(TinyBert.Folder, inputColumnName: "Sentence1")
            .Append(_context.BinaryClassification.Trainers.BertBinaryClassification(Options with { ModelFolder = null }));
        IReadOnlyList<TrainCatalogBase.CrossValidationResult<CalibratedBinaryClassificationMetrics>> folds =
            _context.BinaryClassification.CrossValidate(View(PairRow.Make(160, 1)), chain, numberOfFolds: 2);
        Assert.HasCount(2, folds);
        foreach (TrainCatalogBase.CrossValidationResult<CalibratedBinaryClassificationMetrics> fold in folds)
            Assert.IsGreaterThan(0.9, fold.Metrics.Accuracy);
    }

    [TestMethod]
    public void SaveAndLoad_AnyModel_GivesTheSameProbabilitiesAndKeepsTheOptions()
    {
        using BertBinaryClassificationTransformer model = Fit(Options with { Finetuning = Quick }, PairRow.Make(30, 1));
        IDataView rows = View(PairRow.Make(20, 2));
        using var stream = new MemoryStream();
        _context.Model.Save(model, rows.Schema, stream);
        stream.Position = 0;
        using var loaded = (BertBinaryClassificationTransformer)new MLContext().Model.Load(stream, out _);
        Assert.AreSequenceEqual(Probabilities(model, rows), Probabilities(loaded, rows));
        Assert.AreEqual(Quick, loaded.Finetuning);
    }

    [TestMethod]
    public void ScoringPrecision_Auto_StaysCloseToFloat32AlsoWhenLoaded()
    {
        PairRow[] rows = PairRow.Make(30, 1);
        using BertBinaryClassificationTransformer exact = Fit(Options with { Finetuning = Quick }, rows), fast = Fit(Options with { Finetuning = Quick, ScoringPrecision = ComputePrecision.Auto }, rows);
        using var stream = new MemoryStream();
        _context.Model.Save(fast, View(rows).Schema, stream);
        stream.Position = 0;
        using var loaded = (BertBinaryClassificationTransformer)new MLContext().Model.Load(stream, out _);
        Assert.AreEqual(fast.Bert.Model.ComputeType, loaded.Bert.Model.ComputeType);
        Assert.AreSequenceEqual(Probabilities(fast, View(rows)), Probabilities(loaded, View(rows)));
        foreach ((float expected, float actual) in Probabilities(exact, View(rows)).Zip(Probabilities(fast, View(rows))))
            Assert.AreEqual(expected, actual, 2e-2);
    }

    [TestMethod]
    public void Fit_AnyRows_NamesTheClassesWhereverTheModelGoes()
    {
        string folder = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        using (BertBinaryClassificationTransformer model = Fit(Options with { Finetuning = Quick }, PairRow.Make(30, 1)))
            model.Bert.Save(folder);
        using (PretrainedBert loaded = PretrainedBert.Load(folder))
            Assert.AreSequenceEqual(["False", "True"], loaded.Labels!);
        Directory.Delete(folder, recursive: true);
    }

    [TestMethod]
    public void Fit_ValidationSet_CalibratesTheProbabilities()
    {
        IDataView validation = View(PairRow.Make(400, 3));
        BertBinaryClassificationOptions options = Options with { ValidationSet = validation, Finetuning = TinyBert.Options.Finetuning with { Epochs = 12, MaxLength = 24 } };
        using BertBinaryClassificationTransformer calibrated = Fit(options, PairRow.Make(160, 1)), raw = Fit(options with { Calibrate = false }, PairRow.Make(160, 1));
        CalibratedBinaryClassificationMetrics after = _context.BinaryClassification.Evaluate(calibrated.Transform(validation)), before = _context.BinaryClassification.Evaluate(raw.Transform(validation));
        Assert.AreEqual(before.AreaUnderRocCurve, after.AreaUnderRocCurve, 1e-9);
        Assert.AreNotEqual(before.LogLoss, after.LogLoss, 1e-3);
        Assert.IsLessThan(before.LogLoss + 1e-6, after.LogLoss);
    }

    [TestMethod]
    public void Fit_WeightsForARareClass_RaiseItsProbability()
    {
        PairRow[] rows = PairRow.Make(60, 1, sameShare: 0.15);
        double Mean(BertBinaryClassificationOptions options)
        {
            using BertBinaryClassificationTransformer model = Fit(options with { Finetuning = Quick with { Epochs = 4, LearningRate = 3e-3 } }, rows);
            return Probabilities(model, View(rows)).Average();
        }

        double plain = Mean(Options), balanced = Mean(Options with { BalanceClasses = true }), named = Mean(Options with { ClassWeights = new Dictionary<string, double> { ["True"] = 8 } });
        Assert.IsGreaterThan(plain + 0.05, balanced);
        Assert.IsGreaterThan(plain + 0.05, named);
    }

    [TestMethod]
    public void Fit_LabelThatIsNoBoolean_SaysHowToMakeOne()
    {
        BertBinaryClassificationTrainer trainer = _context.BinaryClassification.Trainers.BertBinaryClassification(Options with { LabelColumnName = "Similarity" });
        ArgumentOutOfRangeException error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => trainer.Fit(View(PairRow.Make(5, 1))));
        Assert.Contains("'Similarity'", error.Message);
        Assert.Contains("ConvertType", error.Message);
    }

    public static IEnumerable<object[]> BadOptions => [
        [new BertBinaryClassificationOptions { ProbabilityColumnName = "" }, "ProbabilityColumnName"],
        [new BertBinaryClassificationOptions { ClassWeights = new Dictionary<string, double> { ["True"] = 0 } }, "ClassWeights"],
        [new BertBinaryClassificationOptions { ScoringPrecision = (ComputePrecision)7 }, "ScoringPrecision"],
        [new BertBinaryClassificationOptions { BalanceClasses = true, ClassWeights = new Dictionary<string, double> { ["True"] = 2 } }, "BalanceClasses"],
    ];

    [TestMethod]
    [DynamicData(nameof(BadOptions))]
    public void BertBinaryClassification_BadOption_IsNamedBeforeAnyData(BertBinaryClassificationOptions options, string name) =>
        Assert.Contains(name, Assert.Throws<ArgumentException>(() => _context.BinaryClassification.Trainers.BertBinaryClassification(options)).Message);

    [TestMethod]
    public void Fit_WeightForNoClass_NamesItAndTheClasses()
    {
        BertBinaryClassificationTrainer trainer = _context.BinaryClassification.Trainers.BertBinaryClassification(Options with { ClassWeights = new Dictionary<string, double> { ["maybe"] = 2 } });
        string message = Assert.ThrowsExactly<ArgumentException>(() => trainer.Fit(View(PairRow.Make(5, 1)))).Message;
        Assert.Contains("'maybe'", message);
        Assert.Contains("False, True", message);
    }

    private static FinetuningOptions Quick => TinyBert.Options.Finetuning with { Epochs = 1, MaxLength = 24, LearningRate = 1e-3 };

    private static float[] Probabilities(ITransformer model, IDataView rows) => [.. model.Transform(rows).GetColumn<float>("Probability")];

    private static string Text(DataViewSchema.Column column, string kind)
    {
        ReadOnlyMemory<char> value = default;
        column.Annotations.GetValue(kind, ref value);
        return value.ToString();
    }

    private IDataView View(PairRow[] rows) => _context.Data.LoadFromEnumerable(rows);

    private BertBinaryClassificationTransformer Fit(BertBinaryClassificationOptions options, PairRow[] rows) =>
        _context.BinaryClassification.Trainers.BertBinaryClassification(options).Fit(View(rows));

    private sealed class Prediction
    {
        public bool PredictedLabel { get; set; }

        public float Score { get; set; }

        public float Probability { get; set; }
    }
}
