using System.Text.Json;
using AcademicBert.Finetuning;
using AcademicBert.Modeling;
using AcademicBert.Optimization;
using AcademicBert.Scoring;
using AcademicBert.Training;
using Microsoft.ML;
using Microsoft.ML.Data;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AcademicBert.Tests.Catalog;

[TestClass]
public sealed class BertTokenClassificationTrainerTests
{
    private static readonly string[] s_labels = ["O", "B-X", "I-X"];
    private readonly MLContext _context = new(1);

    private static BertTokenClassificationOptions Options => new() { ModelFolder = TinyBert.Folder, Finetuning = TinyBert.Options.Finetuning with { MaxLength = 32 } };

    [TestMethod]
    public void Fit_Words_LearnsThemKeepsTheBestEpochAndSurvivesSavingAndExport()
    {
        string folder = Directory.CreateTempSubdirectory("academicbert-tests-").FullName;
        try
        {
            var scores = new List<double>();
            IDataView test = View(TaggedRow.Make(60, 2));
            using BertTokenClassificationTransformer model = Fit(Options with { ValidationSet = test, MetricsCallback = epoch => scores.Add(epoch.ValidationScore!.Value) }, View(TaggedRow.Make(200, 1)));
            uint[][] expected = [.. test.GetColumn<uint[]>("Label")], predicted = [.. model.Transform(test).GetColumn<uint[]>("PredictedLabel")];
            double f1 = EntityF1.Of(Names(expected), Names(predicted));
            Assert.IsGreaterThan(0.9, f1);
            Assert.AreEqual(scores.Max(), f1, 1e-9);

            string zip = Path.Combine(folder, "model.zip"), exported = Path.Combine(folder, "exported");
            _context.Model.Save(model, test.Schema, zip);
            ITransformer loaded = new MLContext().Model.Load(zip, out _);
            string[] again = [.. loaded.Transform(test).GetColumn<uint[]>("PredictedLabel").Select(row => string.Join(' ', row))];
            Assert.AreSequenceEqual(predicted.Select(row => string.Join(' ', row)), again);
            ((IDisposable)loaded).Dispose();

            model.Bert.Save(exported);
            using JsonDocument config = JsonDocument.Parse(File.ReadAllText(Path.Combine(exported, "config.json")));
            Assert.EndsWith("ForTokenClassification", config.RootElement.GetProperty("architectures")[0].GetString()!);
            Assert.AreEqual("B-X", config.RootElement.GetProperty("id2label").GetProperty("1").GetString());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [TestMethod]
    public void Fit_RowWithAnotherNumberOfLabels_NamesTheRowAndBothCounts()
    {
        TaggedRow[] rows = TaggedRow.Make(3, 1);
        rows[1] = new TaggedRow { Sentence = "one two three", Label = ["O", "O"] };
        string message = Assert.ThrowsExactly<InvalidDataException>(() => Fit(Options, View(rows))).Message;
        Assert.Contains("Row 2 has 3 words in 'Sentence' and 2 labels in 'Label'", message);
    }

    [TestMethod]
    public void Fit_UnknownLabels_AreLeftOutAndCounted()
    {
        var log = new List<string>();
        _context.Log += (_, entry) => log.Add(entry.Message);
        TaggedRow[] rows = TaggedRow.Make(10, 1);
        rows[0].Label[0] = "never seen";
        rows[4].Label[1] = "nor this";
        using BertTokenClassificationTransformer model = Fit(Options with { Finetuning = Options.Finetuning with { Epochs = 1 } }, View(rows));
        Assert.IsTrue(log.Any(line => line.Contains("2 words have no value in the label column 'Label'", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void Validate_SecondSentence_IsRefused() =>
        Assert.Contains("Sentence2ColumnName", Assert.ThrowsExactly<ArgumentException>(() => _context.MulticlassClassification.Trainers.BertTokenClassification(Options with { Sentence2ColumnName = "B" })).Message);

    [TestMethod]
    public void Step_OfABatch_HasTheGradientsOfItsLabelledWordsAndWeighsThemByTheirNumber()
    {
        using PretrainedBert bert = PretrainedBert.Load(TinyBert.Folder);
        FinetuningObjective objective = FinetuningObjective.TokenClassification(s_labels);
        using BertModel model = Backbone.WithHead(bert.Model, objective.Head, dropout: 0, seed: 1, ComputePrecision.Float32);
        using BertModel plain = Backbone.WithHead(bert.Model, objective.Head, dropout: 0, seed: 1, ComputePrecision.Float32);
        EncodedInput first = EncodedInput.Of(bert.Tokenizer, "the pilot saw the river".AsMemory(), null, 32), second = EncodedInput.Of(bert.Tokenizer, "a river".AsMemory(), null, 32);
        LabelledExample[] rows = [new(first, [0, 2, 1], [1, 2, 4]), new(second, [1], [2])];
        using var scope = NewDisposeScope();

        using var optimizer = new AdamW(model.Parameters, new AdamWOptions());
        (double sum, double weight) = new FinetuningStep(model, optimizer, objective, new FinetuningOptions(), trainedFrom: 0, bert.Tokenizer.Vocabulary.PadId).Run(rows, 1e-3);

        // The reference: each row alone through autograd's layers, without padding; other tokens ignored by cross_entropy itself.
        var encoder = new PlainEncoder(plain.Config, plain.Parameters);
        Tensor total = zeros(1);
        foreach (LabelledExample row in rows)
        {
            long[] targets = [.. Enumerable.Repeat(-100L, row.Input.Length)];
            foreach ((int token, float target) in row.Tokens!.Zip(row.Targets))
                targets[token] = (long)target;
            Tensor hidden = encoder.Encode(new EncoderInput(tensor(row.Input.Ids).to(int64).unsqueeze(0)), null);
            total += functional.cross_entropy(plain.ClassifyTokens(hidden)[0], tensor(targets), ignore_index: -100, reduction: Reduction.Sum);
        }

        total.backward();
        Assert.AreEqual(4, weight);
        Assert.AreEqual(total.item<float>(), sum, 1e-4);
        foreach (string name in (string[])["classifier.weight", "classifier.bias", "bert.embeddings.word_embeddings.weight", "bert.encoder.layer.0.attention.self.query.weight"])
        {
            float[] actual = [.. model.Parameters.Gradient(name).data<float>()], expected = [.. plain.Parameters.Gradient(name).data<float>()];
            float scale = expected.Max(Math.Abs);
            Assert.IsGreaterThan(0, scale, name);
            for (int i = 0; i < expected.Length; i++)
                Assert.AreEqual(expected[i], actual[i], 1e-3 * scale, name);
        }
    }

    private static string[][] Names(uint[][] keys) => [.. keys.Select(row => row.Select(key => s_labels[key - 1]).ToArray())];

    private IDataView View(IEnumerable<TaggedRow> rows) =>
        _context.Transforms.Conversion.MapValueToKey("Label", keyData: _context.Data.LoadFromEnumerable(s_labels.Select(name => new LabelName { Name = name })))
            .Fit(_context.Data.LoadFromEnumerable(TaggedRow.Make(1, 1))).Transform(_context.Data.LoadFromEnumerable(rows));

    private BertTokenClassificationTransformer Fit(BertTokenClassificationOptions options, IDataView rows) =>
        _context.MulticlassClassification.Trainers.BertTokenClassification(options).Fit(rows);

    private sealed class LabelName
    {
        public string Name { get; set; } = "";
    }

    /// <summary>Sentences of nouns and other words; "the" and the noun after it are an entity, so that the label of a noun depends on the word before.</summary>
    private sealed class TaggedRow
    {
        private static readonly string[] s_nouns = ["pilot", "river", "garden", "teacher"];

        public string Sentence { get; set; } = "";

        public string[] Label { get; set; } = [];

        public static TaggedRow[] Make(int count, int seed)
        {
            var random = new Random(seed);
            return [.. Enumerable.Range(0, count).Select(_ =>
            {
                List<string> words = [], labels = [];
                for (int i = random.Next(2, 4); i > 0; i--)
                {
                    bool entity = random.Next(2) == 0;
                    words.AddRange([entity ? "the" : "a", s_nouns[random.Next(s_nouns.Length)]]);
                    labels.AddRange(entity ? ["B-X", "I-X"] : ["O", "O"]);
                }

                return new TaggedRow { Sentence = string.Join(' ', words), Label = [.. labels] };
            })];
        }
    }
}
