using AcademicBert.Scoring;
using AcademicBert.Tests.Catalog;
using Microsoft.ML;

namespace AcademicBert.Tests.Scoring;

[TestClass]
public sealed class SharedModelTests
{
    [TestMethod]
    public void PredictionEngines_OfOneModelOnManyThreads_GiveWhatOneGives()
    {
        var context = new MLContext(1);
        Row[] rows = Row.Make(24, 5);
        using BertEmbeddingTransformer model = context.Transforms.Text.BertEmbed(TinyBert.Folder, inputColumnName: "Sentence1").Fit(Row.View(context, rows));
        float[][] expected = Predict();
        Parallel.For(0, 8, _ =>
        {
            foreach ((float[] wanted, float[] got) in expected.Zip(Predict()))
                Assert.AreSequenceEqual(wanted, got);
        });

        float[][] Predict()
        {
            using PredictionEngine<Row, Embedded> engine = context.Model.CreatePredictionEngine<Row, Embedded>(model, new PredictionEngineOptions { OwnsTransformer = false });
            return [.. rows.Select(row => engine.Predict(row).Embedding)];
        }
    }

    private sealed class Embedded
    {
        public float[] Embedding { get; set; } = [];
    }
}
