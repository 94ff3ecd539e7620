using System.Text.Json;
using AcademicBert.Finetuning;
using AcademicBert.Interop;
using AcademicBert.Modeling;
using AcademicBert.Optimization;
using AcademicBert.Scoring;
using AcademicBert.Tests.Interop;
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
    public void Fit_WithoutValidation_FindsTheEntitiesOfSentencesItHasNotSeen()
    {
        TaggedRow[] training = TaggedRow.Make(200, 1);
        var seen = training.Select(row => row.Sentence).ToHashSet(StringComparer.Ordinal);
        using BertTokenClassificationTransformer model = Fit(Options, View(training));
        IDataView heldOut = View(TaggedRow.Make(120, 2).Where(row => !seen.Contains(row.Sentence)));
        string[][] expected = Names([.. heldOut.GetColumn<uint[]>("Label")]), predicted = Names([.. model.Transform(heldOut).GetColumn<uint[]>("PredictedLabel")]);
        Assert.IsGreaterThan(20, expected.Length);
        Assert.IsGreaterThan(0.9, EntityF1.Of(expected, predicted));
        Assert.IsLessThan(0.8, EntityF1.Of(expected, [.. expected.Select(row => row.Select((_, word) => word % 2 == 0 ? "B-X" : "I-X").ToArray())]), "not by calling each noun an entity");
    }

    [TestMethod]
    public void Fit_SavedFolderAndExportedNetwork_GiveTheLabelsOfTheFittedModel()
    {
        string folder = Directory.CreateTempSubdirectory("academicbert-tests-").FullName, saved = Path.Combine(folder, "saved"), exported = Path.Combine(folder, "onnx");
        try
        {
            TaggedRow[] rows = TaggedRow.Make(40, 3);
            IDataView test = View(rows);
            using BertTokenClassificationTransformer model = Fit(Options with { Finetuning = Options.Finetuning with { Epochs = 3 } }, View(TaggedRow.Make(100, 1)));
            uint[][] predicted = [.. model.Transform(test).GetColumn<uint[]>("PredictedLabel")];
            float[][] scores = [.. model.Transform(test).GetColumn<float[]>("Score")];
            Assert.IsGreaterThan(1, predicted.SelectMany(row => row).Distinct().Count(), "labels differ");

            model.Bert.Save(saved);
            using BertTokenClassificationTransformer loaded = _context.Transforms.Text.BertTokenClassification(saved).Fit(test);
            Assert.AreSequenceEqual(s_labels, loaded.Classes);
            Assert.AreSequenceEqual(predicted.SelectMany(row => row), loaded.Transform(test).GetColumn<uint[]>("PredictedLabel").SelectMany(row => row));
            Assert.AreSequenceEqual(scores.SelectMany(row => row), loaded.Transform(test).GetColumn<float[]>("Score").SelectMany(row => row));

            OnnxFolder.Save(model.Bert, exported);
            using var network = new OnnxModel(Path.Combine(exported, OnnxFolder.ModelFile));
            EncodedWords[] texts = [.. rows.Select(row => EncodedWords.Of(model.Bert.Tokenizer, row.Sentence, 32))];
            float[] logits = network.Run("logits", [.. texts.Select(text => text.Input.Ids.Select(id => (long)id).ToArray())], [.. texts.Select(text => new long[text.Input.Length])]);
            int length = texts.Max(text => text.Input.Length);
            for (int row = 0; row < rows.Length; row++)
                for (int word = 0; word < texts[row].Words.Length; word++)
                {
                    float[] outputs = logits[((row * length + texts[row].FirstTokens[word]) * 3)..][..3];
                    Assert.AreEqual(predicted[row][word], (uint)outputs.AsSpan().IndexOf(outputs.Max()) + 1, $"row {row}, word {word}");
                    Assert.AreEqual(scores[row][word], 1 / outputs.Sum(output => MathF.Exp(output - outputs.Max())), 1e-4, $"row {row}, word {word}");
                }
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
    public void Step_OfABatch_HasTheGradientOfItsLabelledWordsInEveryParameterAndWeighsThemByTheirNumber()
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
        foreach (ParameterSlot slot in model.Parameters.Slots)
        {
            float[] actual = [.. model.Parameters.Gradient(slot.Name).reshape(-1).data<float>()], expected = [.. plain.Parameters.Gradient(slot.Name).reshape(-1).data<float>()];
            // A key's bias changes no probability: its gradient is rounding.
            float scale = slot.Name.EndsWith("key.bias", StringComparison.Ordinal) ? 1 : expected.Max(Math.Abs);
            Assert.IsGreaterThan(0, scale, slot.Name);
            for (int i = 0; i < expected.Length; i++)
                Assert.AreEqual(expected[i], actual[i], 1e-4 * scale, $"{slot.Name}, {i}");
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
