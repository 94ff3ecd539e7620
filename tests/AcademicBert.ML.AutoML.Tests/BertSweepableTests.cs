using AcademicBert.Finetuning;
using AcademicBert.Glue;
using AcademicBert.Tests.Glue;
using Microsoft.ML;
using Microsoft.ML.AutoML;
using Microsoft.ML.SearchSpace;

namespace AcademicBert.Tests.AutoML;

[TestClass]
public sealed class BertSweepableTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("academicbert-tests-").FullName;

    [TestInitialize]
    public void WriteInputs()
    {
        TinyGlue.WriteModel(Path.Combine(_folder, "model"));
        TinyGlue.WriteTask(Path.Combine(_folder, "data"), "SST-2");
    }

    [TestCleanup]
    public void CleanUp() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public async Task SweepablePipeline_BertClassification_FitsAndItsBestModelPredicts()
    {
        var context = new MLContext(seed: 1);
        var task = GlueTask.Find("SST-2");
        IDataView train = View(context, GlueFile.Train(Path.Combine(_folder, "data"), task)), dev = View(context, GlueFile.Dev(Path.Combine(_folder, "data"), task, task.Evaluations[0]));
        SweepablePipeline pipeline = context.Transforms.Conversion.MapValueToKey("Label").Append(context.Auto().SweepableBertClassification(new BertClassificationOptions { ModelFolder = Path.Combine(_folder, "model") }));
        TrialResult best = await context.Auto().CreateExperiment()
            .SetPipeline(pipeline).SetDataset(train, dev).SetMulticlassClassificationMetric(MulticlassClassificationMetric.MicroAccuracy, labelColumn: "Label")
            .SetRandomSearchTuner(seed: 1).SetMaxModelToExplore(2).SetTrainingTimeInSeconds(300).RunAsync();
        Assert.IsNotNull(best.Model);
        Assert.AreEqual(best.Metric, context.MulticlassClassification.Evaluate(best.Model.Transform(dev)).MicroAccuracy, 1e-9);
    }

    [TestMethod]
    public void SearchSpace_OfFinetuning_HoldsThePapersGrid()
    {
        var space = new SearchSpace<FinetuningOptions>();
        Assert.AreSequenceEqual(["BatchSize", "Epochs", "LearningRate"], space.Keys.Order(StringComparer.Ordinal));
        Assert.AreSequenceEqual(["BatchSize", "Epochs", "LearningRate", "Seed"], new SearchSpace<GlueTrial>().Keys.Order(StringComparer.Ordinal));
        var trial = new GlueTrial { LearningRate = 3e-5, BatchSize = 16, Epochs = 10, Seed = 4 };
        Assert.AreEqual(trial, Parameter.FromObject(trial).AsType<GlueTrial>());
    }

    private static IDataView View(MLContext context, GlueRows rows) => context.Data.LoadFromEnumerable(rows.Rows.Select(row => new Row { Sentence1 = row.Sentence1, Label = (int)row.Label }));

    private sealed class Row
    {
        public string Sentence1 { get; set; } = "";

        public int Label { get; set; }
    }
}
