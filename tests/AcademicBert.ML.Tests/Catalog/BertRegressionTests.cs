using AcademicBert.Finetuning;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace AcademicBert.Tests.Catalog;

[TestClass]
public sealed class BertRegressionTests
{
    private readonly MLContext _context = new(1);

    private static BertRegressionOptions Options => new() { ModelFolder = TinyBert.Folder, LabelColumnName = "Similarity", Finetuning = TinyBert.Options.Finetuning with { MaxLength = 24 } };

    [TestMethod]
    public void Fit_LearnablePairs_PredictsTheNumberAndValidatesByTheErrorOverAllRows()
    {
        var epochs = new List<FinetuningProgress>();
        IDataView validation = View(PairRow.Make(61, 2));
        using BertRegressionTransformer model = Fit(Options with { ValidationSet = validation, MetricsCallback = epochs.Add }, PairRow.Make(160, 1));
        RegressionMetrics metrics = _context.Regression.Evaluate(model.Transform(validation), labelColumnName: "Similarity");
        Assert.IsGreaterThan(0.8, metrics.RSquared);
        Assert.AreEqual(metrics.MeanSquaredError, -epochs.Max(epoch => epoch.ValidationScore!.Value), 1e-4);
    }

    [TestMethod]
    public void Fit_OneSentence_LearnsItsNumber()
    {
        PairRow[] Rows(int seed) => [.. PairRow.Make(120, seed).Select(row => new PairRow { Sentence1 = row.Sentence2, Similarity = row.Sentence2.StartsWith("the pilot", StringComparison.Ordinal) ? 2 : 0 })];
        using BertRegressionTransformer model = Fit(Options with { Sentence2ColumnName = null }, Rows(1));
        Assert.IsGreaterThan(0.8, _context.Regression.Evaluate(model.Transform(View(Rows(2))), labelColumnName: "Similarity").RSquared);
    }

    [TestMethod]
    public void Fit_RowsWithoutANumber_SkipsAndCountsThem()
    {
        PairRow[] rows = PairRow.Make(20, 1);
        rows[3].Similarity = rows[7].Similarity = float.NaN;
        var lines = new List<string>();
        _context.Log += (_, line) => lines.Add(line.Message);
        using BertRegressionTransformer model = Fit(Options with { Finetuning = Quick }, rows);
        Assert.IsTrue(lines.Any(line => line.Contains("2 rows have no value in the label column 'Similarity'", StringComparison.Ordinal)), string.Join('\n', lines));
        Assert.IsTrue(model.Transform(View(rows)).GetColumn<float>("Score").All(float.IsFinite));
    }

    [TestMethod]
    public void CrossValidate_Pairs_ScoresEveryFold()
    {
        IReadOnlyList<TrainCatalogBase.CrossValidationResult<RegressionMetrics>> folds = _context.Regression.CrossValidate(
            View(PairRow.Make(320, 1)), _context.Regression.Trainers.BertRegression(Options), numberOfFolds: 2, labelColumnName: "Similarity");
        foreach (TrainCatalogBase.CrossValidationResult<RegressionMetrics> fold in folds)
            Assert.IsGreaterThan(0.5, fold.Metrics.RSquared);
    }

    [TestMethod]
    public void SaveAndLoad_AnyModel_GivesTheSameNumbers()
    {
        using BertRegressionTransformer model = Fit(Options with { Finetuning = Quick }, PairRow.Make(20, 1));
        IDataView rows = View(PairRow.Make(10, 2));
        using var stream = new MemoryStream();
        _context.Model.Save(model, rows.Schema, stream);
        stream.Position = 0;
        ITransformer loaded = new MLContext().Model.Load(stream, out _);
        Assert.AreSequenceEqual(model.Transform(rows).GetColumn<float>("Score"), loaded.Transform(rows).GetColumn<float>("Score"));
        ((IDisposable)loaded).Dispose();
    }

    [TestMethod]
    public void Fit_LabelThatIsNoNumber_SaysHowToMakeOne()
    {
        string message = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Fit(Options with { LabelColumnName = "Label" }, PairRow.Make(5, 1))).Message;
        Assert.Contains("'Label'", message);
        Assert.Contains("ConvertType", message);
    }

    [TestMethod]
    public void Fit_LabelThatIsInfinite_NamesRowAndColumn()
    {
        PairRow[] rows = PairRow.Make(5, 1);
        rows[3].Similarity = float.PositiveInfinity;
        string message = Assert.ThrowsExactly<InvalidDataException>(() => Fit(Options, rows)).Message;
        Assert.Contains("Row 4 ", message);
        Assert.Contains("'Similarity'", message);
    }

    [TestMethod]
    public void Fit_RowsOfOneLabel_WarnsThatThereIsNothingToTellApart()
    {
        PairRow[] rows = PairRow.Make(8, 1);
        foreach (PairRow row in rows)
            row.Similarity = 1;
        var lines = new List<string>();
        _context.Log += (_, line) => lines.Add(line.Message);
        using BertRegressionTransformer model = Fit(Options with { Finetuning = Quick }, rows);
        Assert.IsTrue(lines.Any(line => line.Contains("All 8 rows to train on have the same value in the label column 'Similarity'", StringComparison.Ordinal)), string.Join('\n', lines));
    }

    [TestMethod]
    public void Fit_SecondColumnThatIsMissing_NamesTheOptionThatAsksForIt()
    {
        string message = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Fit(Options with { Sentence2ColumnName = "Other" }, PairRow.Make(5, 1))).Message;
        Assert.Contains("'Other'", message);
        Assert.Contains("BertRegressionOptions.Sentence2ColumnName", message);
    }

    private static FinetuningOptions Quick => TinyBert.Options.Finetuning with { Epochs = 1, MaxLength = 24 };

    private IDataView View(PairRow[] rows) => _context.Data.LoadFromEnumerable(rows);

    private BertRegressionTransformer Fit(BertRegressionOptions options, PairRow[] rows) => _context.Regression.Trainers.BertRegression(options).Fit(View(rows));
}
