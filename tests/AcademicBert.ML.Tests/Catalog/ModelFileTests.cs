using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using AcademicBert.Finetuning;
using AcademicBert.Modeling;
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
    public void Save_BFloat16_HalvesTheFileAndKeepsTheScores()
    {
        string path = s_path + ".bf16";
        IDataView rows = Row.View(_context, Row.Make(20, 2));
        try
        {
            s_model.Bert.StoredAs = WeightType.BFloat16;
            _context.Model.Save(s_model, rows.Schema, path);
            Assert.IsLessThan(0.6 * new FileInfo(s_path).Length, new FileInfo(path).Length);
            ITransformer loaded = _context.Model.Load(path, out _);
            foreach ((float expected, float actual) in Scores(s_model, rows).Zip(Scores(loaded, rows)))
                Assert.AreEqual(expected, actual, 0.05);
            ((IDisposable)loaded).Dispose();
        }
        finally
        {
            s_model.Bert.StoredAs = WeightType.Float32;
            File.Delete(path);
        }
    }

    [TestMethod]
    [DataRow("model.safetensors")]
    [DataRow("vocab.txt")]
    [DataRow("columns")]
    [DataRow("labels")]
    public void Load_EntryDamaged_NamesIt(string entry) => Assert.Contains(entry, Refusal(entry, stream => stream.Write("{ damaged"u8)));

    [TestMethod]
    public void Load_NewerFormat_IsRefusedClearly()
    {
        byte[] header = [];
        using (ZipArchive zip = ZipFile.OpenRead(s_path))
        using (Stream stream = Entry(zip, "Model.key").Open())
        using (var copy = new MemoryStream())
        {
            stream.CopyTo(copy);
            header = copy.ToArray();
        }

        // Behind the model's signature stand the version it was written with and the oldest that can read it.
        header.AsSpan(header.AsSpan().IndexOf("ACADBERT"u8) + 8, 8).Fill(0x7F);
        Assert.Contains("newer AcademicBert", Refusal("Model.key", stream => stream.Write(header)));
    }

    [TestMethod]
    [DataRow("../evil")]
    [DataRow("/etc/evil")]
    [DataRow("..")]
    [DataRow("a/b")]
    [DataRow(@"a\\b")]
    public void Load_FileNameThatLeadsOut_IsRefused(string name) =>
        Assert.Contains("no file name", Refusal("files", stream => stream.Write(System.Text.Encoding.UTF8.GetBytes($"[\"{name}\"]"))));

    [TestMethod]
    public void Load_ZipBomb_IsRefusedBeforeItExpands()
    {
        byte[] zeros = new byte[1 << 20];
        string message = Refusal("model.safetensors", stream =>
        {
            for (int i = 0; i < 100; i++)
                stream.Write(zeros);
        });
        Assert.Contains("would expand", message);
    }

    [TestMethod]
    public void Load_TruncatedFile_IsRefused()
    {
        string path = s_path + ".truncated";
        byte[] whole = File.ReadAllBytes(s_path);
        try
        {
            foreach (int length in (int[])[0, 10, whole.Length / 2, whole.Length - 30])
            {
                File.WriteAllBytes(path, whole[..length]);
                Assert.Throws<Exception>(() => _context.Model.Load(path, out _));
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    [TestMethod]
    [DataRow("columns", "null")]
    [DataRow("labels", "{ \"Count\": 6, \"Type\": null }")]
    [DataRow("labels", "{ \"Count\": 6 }")]
    public void Load_EntryWithoutAValue_NamesIt(string entry, string content) => Assert.Contains(entry, Refusal(entry, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(content))));

    [TestMethod]
    [DataRow("files", "[\"config.json\", \"vocab.txt\"]", "a file is missing")]
    [DataRow("columns", """{"Sentence1":"","Sentence2":null,"Score":"Score","PredictedLabel":"Label","Probability":null,"MaxLength":0,"BatchSize":8,"Precision":1}""", "cannot be loaded")]
    [DataRow("columns", """{"Sentence1":"Text","Sentence2":null,"Score":"Score","PredictedLabel":null,"Probability":null,"MaxLength":0,"BatchSize":8,"Precision":1}""", "cannot be loaded")]
    [DataRow("columns", """{"Sentence1":"Text","Sentence2":null,"Score":"Score","PredictedLabel":"Label","Probability":null,"MaxLength":100000,"BatchSize":8,"Precision":1}""", "trained positions")]
    [DataRow("columns", """{"Sentence1":"Text","Sentence2":null,"Score":"Score","PredictedLabel":"Label","Probability":null,"MaxLength":0,"BatchSize":2147483647,"Precision":1}""", "batchSize")]
    [DataRow("labels", """{"Count":2,"Type":"","Texts":null,"Numbers":[3,4]}""", "does not name 2 classes")]
    public void Load_EntryThatAsksForWhatCannotBe_IsRefused(string entry, string content, string reason) => Assert.Contains(reason, Refusal(entry, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(content))));

    private static ZipArchiveEntry Entry(ZipArchive zip, string name) => zip.Entries.Single(entry => Path.GetFileName(entry.FullName.Replace('\\', '/')) == name);

    /// <summary>What loading says when an entry has another content.</summary>
    private string Refusal(string entry, Action<Stream> content)
    {
        string path = s_path + ".damaged";
        File.Copy(s_path, path, overwrite: true);
        try
        {
            using (ZipArchive zip = ZipFile.Open(path, ZipArchiveMode.Update))
            {
                ZipArchiveEntry damaged = Entry(zip, entry);
                string name = damaged.FullName;
                damaged.Delete();
                using Stream stream = zip.CreateEntry(name).Open();
                content(stream);
            }

            var messages = new List<string>();
            for (Exception? error = Assert.Throws<Exception>(() => _context.Model.Load(path, out _)); error is not null; error = error.InnerException)
                messages.Add(error.Message);
            return string.Join('\n', messages);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static float[] Scores(ITransformer model, IDataView rows) => [.. model.Transform(rows).GetColumn<float[]>("Score").SelectMany(score => score)];
}
