using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using AcademicBert.Finetuning;
using AcademicBert.Scoring;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace AcademicBert.Tests.Catalog;

[TestClass]
public sealed class ModelFileTests
{
    private static readonly string s_path = Path.Combine(Path.GetTempPath(), "academicbert-tests-" + Path.GetRandomFileName() + ".zip");
    private static BertClassificationTransformer s_model = null!;
    private readonly MLContext _context = new(1);

    [ClassInitialize]
    public static void Fit(TestContext context)
    {
        var ml = new MLContext(1);
        IDataView rows = Row.View(ml, Row.Make(60, 1));
        s_model = ml.MulticlassClassification.Trainers.BertClassification(TinyBert.Options with { Finetuning = TinyBert.Options.Finetuning with { Epochs = 2 } }).Fit(rows);
        ml.Model.Save(s_model, rows.Schema, s_path);
    }

    [ClassCleanup]
    public static void CleanUp()
    {
        s_model.Dispose();
        File.Delete(s_path);
    }

    [TestMethod]
    public void Load_FreshContext_GivesTheSameScoresBitForBit()
    {
        ITransformer loaded = _context.Model.Load(s_path, out _);
        IDataView rows = Row.View(_context, Row.Make(20, 2));
        Assert.AreSequenceEqual(Scores(s_model, rows), Scores(loaded, rows));
        ((IDisposable)loaded).Dispose();
    }

    [TestMethod]
    public void Load_NewProcessWithNothingRegistered_GivesTheSameScores()
    {
        string[] texts = ["bakes bread every morning", "steers ships", ""];
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in (string[])["exec", typeof(ModelFileTests).Assembly.Location, s_path, .. texts])
            start.ArgumentList.Add(argument);
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string[] lines = process.StandardOutput.ReadToEnd().ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');
        process.WaitForExit();
        Assert.AreEqual(0, process.ExitCode, errors.Result);

        IDataView rows = Row.View(_context, texts.Select(text => new Row { Sentence1 = text }));
        Prediction[] expected = [.. _context.Data.CreateEnumerable<Prediction>(s_model.Transform(rows), reuseRowObject: false)];
        Assert.HasCount(expected.Length, lines);
        foreach ((Prediction prediction, string line) in expected.Zip(lines))
        {
            string[] parts = line.Split(' ');
            Assert.AreEqual(prediction.PredictedLabel, uint.Parse(parts[0], CultureInfo.InvariantCulture));
            foreach ((float score, string text) in prediction.Score.Zip(parts[1..]))
                Assert.AreEqual(score, float.Parse(text, CultureInfo.InvariantCulture), 1e-6);
        }
    }

    [TestMethod]
    public void PredictionEngine_LoadedModel_PredictsRowByRow()
    {
        ITransformer loaded = _context.Model.Load(s_path, out _);
        using PredictionEngine<Row, Prediction> engine = _context.Model.CreatePredictionEngine<Row, Prediction>(loaded);
        Row[] rows = Row.Make(12, 4);
        float[] scores = Scores(s_model, Row.View(_context, rows));
        for (int row = 0; row < rows.Length; row++)
        {
            Prediction prediction = engine.Predict(rows[row]);
            for (int i = 0; i < 6; i++)
                Assert.AreEqual(scores[6 * row + i], prediction.Score[i], 1e-5);
        }
    }

    [TestMethod]
    public void SaveAndLoad_Embedding_GivesTheSameVectors()
    {
        string path = s_path + ".embedding";
        IDataView rows = Row.View(_context, Row.Make(8, 2));
        using BertEmbeddingTransformer model = _context.Transforms.Text.BertEmbed(TinyBert.Folder, inputColumnName: "Sentence1").Fit(rows);
        _context.Model.Save(model, rows.Schema, path);
        try
        {
            ITransformer loaded = new MLContext().Model.Load(path, out _);
            Assert.AreSequenceEqual(
                model.Transform(rows).GetColumn<float[]>("Embedding").SelectMany(vector => vector), loaded.Transform(rows).GetColumn<float[]>("Embedding").SelectMany(vector => vector));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [TestMethod]
    [DataRow("model.safetensors")]
    [DataRow("vocab.txt")]
    [DataRow("columns")]
    [DataRow("labels")]
    public void Load_EntryDamaged_NamesIt(string entry)
    {
        string path = s_path + ".damaged";
        File.Copy(s_path, path, overwrite: true);
        try
        {
            using (ZipArchive zip = ZipFile.Open(path, ZipArchiveMode.Update))
            {
                ZipArchiveEntry damaged = zip.Entries.Single(candidate => Path.GetFileName(candidate.FullName.Replace('\\', '/')) == entry);
                string name = damaged.FullName;
                damaged.Delete();
                using Stream stream = zip.CreateEntry(name).Open();
                stream.Write("{ damaged"u8);
            }

            var messages = new List<string>();
            for (Exception? error = Assert.Throws<Exception>(() => _context.Model.Load(path, out _)); error is not null; error = error.InnerException)
                messages.Add(error.Message);
            Assert.Contains(entry, string.Join('\n', messages));
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static float[] Scores(ITransformer model, IDataView rows) => [.. model.Transform(rows).GetColumn<float[]>("Score").SelectMany(score => score)];
}
