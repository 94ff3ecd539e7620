using AcademicBert.Scoring;
using AcademicBert.Tests.Catalog;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace AcademicBert.Tests.Scoring;

[TestClass]
public sealed class BertEmbeddingTests
{
    private readonly MLContext _context = new(1);

    [TestMethod]
    public void Transform_ClsAndMean_DifferAndNormalizedVectorsHaveLengthOne()
    {
        float[] mean = Embed(EmbeddingPooling.Mean, normalize: false), cls = Embed(EmbeddingPooling.Cls, normalize: false), unit = Embed(EmbeddingPooling.Mean, normalize: true);
        Assert.IsFalse(mean.AsSpan().SequenceEqual(cls));
        Assert.AreEqual(1, unit.Sum(value => value * value), 1e-5);
        float length = MathF.Sqrt(mean.Sum(value => value * value));
        for (int i = 0; i < mean.Length; i++)
            Assert.AreEqual(mean[i] / length, unit[i], 1e-5);
    }

    [TestMethod]
    public void SaveAndLoad_KeepsPoolingAndLength()
    {
        string path = Path.GetTempFileName();
        IDataView rows = View();
        using BertEmbeddingTransformer model = Estimator(EmbeddingPooling.Cls, normalize: true).Fit(rows);
        try
        {
            _context.Model.Save(model, rows.Schema, path);
            ITransformer loaded = new MLContext().Model.Load(path, out _);
            Assert.AreSequenceEqual(Vector(model.Transform(rows)), Vector(loaded.Transform(rows)));
            ((IDisposable)loaded).Dispose();
        }
        finally
        {
            File.Delete(path);
        }
    }

    [TestMethod]
    public void Fit_PoolerThatIsNotThere_SaysWhatToUse() =>
        Assert.Contains("Mean", Assert.Throws<ArgumentException>(() => Estimator(EmbeddingPooling.Pooler, normalize: false).Fit(View())).Message);

    private float[] Embed(EmbeddingPooling pooling, bool normalize)
    {
        using BertEmbeddingTransformer model = Estimator(pooling, normalize).Fit(View());
        return Vector(model.Transform(View()));
    }

    private BertEmbeddingEstimator Estimator(EmbeddingPooling pooling, bool normalize) =>
        _context.Transforms.Text.BertEmbed(TinyBert.Folder, inputColumnName: "Sentence1", pooling: pooling, normalize: normalize);

    private IDataView View() => Row.View(_context, Row.Make(1, 3));

    private static float[] Vector(IDataView view) => view.GetColumn<float[]>("Embedding").Single();
}
