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
                AssertSame(wanted, got);
        });

        float[][] Predict()
        {
            using PredictionEngine<Row, Embedded> engine = Engine(context, model);
            return [.. rows.Select(row => engine.Predict(row).Embedding)];
        }
    }

    [TestMethod]
    public void Dispose_WhileOthersScore_EndsThemWithAnErrorAndNoWrongAnswer()
    {
        var context = new MLContext(1);
        Row[] rows = Row.Make(4, 5);
        BertEmbeddingTransformer model = context.Transforms.Text.BertEmbed(TinyBert.Folder, inputColumnName: "Sentence1").Fit(Row.View(context, rows));
        using PredictionEngine<Row, Embedded> first = Engine(context, model);
        float[][] expected = [.. rows.Select(row => first.Predict(row).Embedding)];
        using var begun = new CountdownEvent(4);
        Task[] scoring = [.. Enumerable.Range(0, begun.InitialCount).Select(_ => Task.Factory.StartNew(Score, TaskCreationOptions.LongRunning))];
        begun.Wait();
        model.Dispose();
        model.Dispose();
        foreach (Task task in scoring)
            Assert.ThrowsExactly<ObjectDisposedException>(task.GetAwaiter().GetResult);
        Assert.ThrowsExactly<ObjectDisposedException>(() => first.Predict(rows[0]));

        void Score()
        {
            using PredictionEngine<Row, Embedded> engine = Engine(context, model);
            for (int i = 0; ; i++)
            {
                AssertSame(expected[i % rows.Length], engine.Predict(rows[i % rows.Length]).Embedding);
                if (i == 0)
                    begun.Signal();
            }
        }
    }

    [TestMethod]
    public void Load_SameFileTwice_GivesModelsThatOutliveEachOther()
    {
        var context = new MLContext(1);
        Row[] rows = Row.Make(4, 5);
        using BertEmbeddingTransformer model = context.Transforms.Text.BertEmbed(TinyBert.Folder, inputColumnName: "Sentence1").Fit(Row.View(context, rows));
        using var file = new MemoryStream();
        context.Model.Save(model, Row.View(context, rows).Schema, file);
        ITransformer one = context.Model.Load(file, out _), other = new MLContext(2).Model.Load(file, out _);
        float[] expected = Predict(model);
        Assert.AreSequenceEqual(expected, Predict(one));
        (one as IDisposable)!.Dispose();
        Assert.AreSequenceEqual(expected, Predict(other));
        (other as IDisposable)!.Dispose();

        float[] Predict(ITransformer loaded)
        {
            using PredictionEngine<Row, Embedded> engine = Engine(context, loaded);
            return engine.Predict(rows[0]).Embedding;
        }
    }

    // Products on another number of threads, which is each thread's own, may be summed in another order.
    private static void AssertSame(float[] expected, float[] actual)
    {
        Assert.HasCount(expected.Length, actual);
        for (int i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], actual[i], 1e-5, $"number {i}");
    }

    private static PredictionEngine<Row, Embedded> Engine(MLContext context, ITransformer model) =>
        context.Model.CreatePredictionEngine<Row, Embedded>(model, new PredictionEngineOptions { OwnsTransformer = false });

    private sealed class Embedded
    {
        public float[] Embedding { get; set; } = [];
    }
}
