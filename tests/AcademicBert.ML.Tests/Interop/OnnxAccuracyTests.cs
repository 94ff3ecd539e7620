using System.IO.Compression;
using AcademicBert.Finetuning;
using AcademicBert.Interop;
using AcademicBert.Modeling;
using AcademicBert.Scoring;
using AcademicBert.Tokenization;
using AcademicBert.Training;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace AcademicBert.Tests.Interop;

[TestClass]
public sealed class OnnxAccuracyTests
{
    private const int Length = 64;

    [TestMethod]
    public void Int8_SentimentOfRealSentences_IsAsAccurateWithinOnePoint()
    {
        string train = TestData.Require("glue", "SST-2", "train.tsv.gz"), dev = TestData.Require("glue", "SST-2", "dev.tsv.gz");
        var tokenizer = BertWordPieceTokenizer.Create(Vocabulary.Load(TestData.Require("vocab", "bert-base-uncased.txt")));
        string folder = Directory.CreateTempSubdirectory("academicbert-tests-").FullName;
        try
        {
            string model = Path.Combine(folder, "model"), exported = Path.Combine(folder, "onnx");
            using (PretrainedBert bert = PretrainedBert.CreateUntrained(new BertConfig { HiddenSize = 64, Layers = 2, Heads = 2, IntermediateSize = 128, MaxPositions = Length, InitializerRange = 0.05 }, tokenizer))
                bert.Save(model);
            var context = new MLContext(1);
            using BertClassificationTransformer classifier = context.MulticlassClassification.Trainers.BertClassification(new BertClassificationOptions
            {
                ModelFolder = model, Finetuning = new FinetuningOptions { Epochs = 2, LearningRate = 1e-3, Precision = ComputePrecision.Float32 },
            }).Fit(View(context, Rows(train, 3000)));
            Sentence[] rows = Rows(dev, 872);
            double exact = Accuracy(rows, classifier.Transform(View(context, rows)).GetColumn<float[]>("Score"));
            OnnxFolder.Save(classifier.Bert, exported, new OnnxOptions { Precision = OnnxPrecision.Int8 });
            using var network = new OnnxModel(Path.Combine(exported, OnnxFolder.ModelFile));
            double rounded = Accuracy(rows, rows.Chunk(64).SelectMany(chunk => network.Run("logits", Ids(chunk), [.. Ids(chunk).Select(ids => new long[ids.Length])]).Chunk(2)));
            Assert.IsGreaterThan(0.6, exact, "the classifier has learnt something");
            Assert.AreEqual(exact, rounded, 0.01);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        long[][] Ids(Sentence[] chunk) => [.. chunk.Select(row => EncodedInput.Of(tokenizer, row.Sentence1.AsMemory(), null, Length).Ids.Select(id => (long)id).ToArray())];
    }

    private static double Accuracy(Sentence[] rows, IEnumerable<float[]> scores) =>
        rows.Zip(scores, (row, score) => (score[1] > score[0]) == (row.Label == "1") ? 1.0 : 0).Average();

    private static Sentence[] Rows(string path, int count)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        reader.ReadLine();
        var rows = new List<Sentence>();
        while (rows.Count < count && reader.ReadLine() is { } line)
            rows.Add(new Sentence { Sentence1 = line.Split('\t')[0], Label = line.Split('\t')[1] });
        return [.. rows];
    }

    // The classes in order, whatever comes first.
    private static IDataView View(MLContext context, Sentence[] rows)
    {
        IDataView view = context.Data.LoadFromEnumerable(rows), classes = context.Data.LoadFromEnumerable<Class>([new() { Label = "0" }, new() { Label = "1" }]);
        return context.Transforms.Conversion.MapValueToKey("Label", keyData: classes).Fit(view).Transform(view);
    }

    private sealed class Sentence
    {
        public string Sentence1 { get; set; } = "";

        public string Label { get; set; } = "";
    }

    private sealed class Class
    {
        public string Label { get; set; } = "";
    }
}
