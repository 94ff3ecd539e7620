using AcademicBert.Modeling;
using AcademicBert.Scoring;
using AcademicBert.Tokenization;
using AcademicBert.Training;
using Microsoft.ML;
using Microsoft.ML.Data;
using static TorchSharp.torch;

namespace AcademicBert.Tests.Scoring;

[TestClass]
public sealed class BertTokenClassificationTests
{
    private static readonly string[] s_labels = ["O", "B-PER", "I-PER"];
    private static readonly string s_folder = Path.Combine(Path.GetTempPath(), "academicbert-tests-" + Path.GetRandomFileName());
    private readonly MLContext _context = new(1);

    [ClassInitialize]
    public static void SaveModel(TestContext context)
    {
        var tokenizer = BertWordPieceTokenizer.Create(Vocabulary.FromWords(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "ann", "##a", "met", "bob", "in", "rome", ",", "."]));
        var config = new BertConfig { VocabularySize = 13, HiddenSize = 16, Layers = 2, Heads = 2, IntermediateSize = 32, MaxPositions = 12, InitializerRange = 0.5 };
        using var bert = new PretrainedBert(BertModel.Create(config, HeadSpec.TokenClassifier(3), 4), tokenizer, labels: s_labels);
        bert.Save(s_folder);
    }

    [ClassCleanup]
    public static void CleanUp() => Directory.Delete(s_folder, recursive: true);

    [TestMethod]
    public void Transform_Words_GetTheLabelOfTheirFirstToken()
    {
        string[] texts = ["anna met bob, in  rome.", "", "bob"];
        IDataView scored = Model(texts, out IDataView rows).Transform(rows);
        using PretrainedBert bert = PretrainedBert.Load(s_folder);
        string[][] words = [.. scored.GetColumn<string[]>("Words")];
        Assert.AreSequenceEqual(["anna", "met", "bob,", "in", "rome."], words[0]);
        // [CLS] ann ##a met bob , in rome . [SEP]
        long[] ids = [2, 5, 6, 7, 8, 11, 9, 10, 12, 3];
        int[] firstTokens = [1, 3, 4, 6, 7];
        using var scope = NewDisposeScope();
        using IDisposable frozen = no_grad();
        Tensor probabilities_SO = bert.Model.ClassifyTokens(bert.Model.Encode(new EncoderInput(tensor(ids).unsqueeze(0)))).softmax(-1)[0];
        uint[][] labels = [.. scored.GetColumn<uint[]>("PredictedLabel")];
        float[][] scores = [.. scored.GetColumn<float[]>("Score")];
        Assert.AreSequenceEqual([5, 0, 1], labels.Select(row => row.Length));
        for (int word = 0; word < 5; word++)
        {
            float[] expected = [.. probabilities_SO[firstTokens[word]].data<float>()];
            Assert.AreEqual(expected.AsSpan().IndexOf(expected.Max()) + 1, (int)labels[0][word]);
            Assert.AreEqual(expected.Max(), scores[0][word], 1e-5);
        }
    }

    [TestMethod]
    public void Transform_TextLongerThanThePositions_LeavesTheRestWithoutLabel()
    {
        IDataView scored = Model([string.Join(' ', Enumerable.Repeat("bob", 15))], out IDataView rows).Transform(rows);
        uint[] labels = scored.GetColumn<uint[]>("PredictedLabel").Single();
        Assert.HasCount(15, labels);
        Assert.IsTrue(labels[..10].All(label => label > 0) && labels[10..].All(label => label == 0));
    }

    [TestMethod]
    public void Of_RealSentences_GivesTheIdsOfTheWholeText()
    {
        BertWordPieceTokenizer tokenizer = PretrainedBertTokenizer();
        foreach (string text in (string[])["Anna  met Bob, in Rome.", " ann-a\tmet\n", "[MASK] met [SEP] bob", "éa x"])
            Assert.AreSequenceEqual(EncodedInput.Of(tokenizer, text.AsMemory(), null, 12).Ids, EncodedWords.Of(tokenizer, text, 12).Input.Ids);
    }

    [TestMethod]
    public void SaveAndLoad_KeepsLabelsAndTheirNames()
    {
        string path = Path.GetTempFileName();
        BertTokenClassificationTransformer model = Model(["anna met bob"], out IDataView rows);
        try
        {
            _context.Model.Save(model, rows.Schema, path);
            IDataView scored = new MLContext().Model.Load(path, out _).Transform(rows);
            Assert.AreSequenceEqual(model.Transform(rows).GetColumn<uint[]>("PredictedLabel").Single(), scored.GetColumn<uint[]>("PredictedLabel").Single());
            VBuffer<ReadOnlyMemory<char>> names = default;
            scored.Schema["PredictedLabel"].GetKeyValues(ref names);
            Assert.AreSequenceEqual(s_labels, names.DenseValues().Select(name => name.ToString()));
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static BertWordPieceTokenizer PretrainedBertTokenizer()
    {
        using PretrainedBert bert = PretrainedBert.Load(s_folder);
        return bert.Tokenizer;
    }

    private BertTokenClassificationTransformer Model(string[] texts, out IDataView rows)
    {
        rows = _context.Data.LoadFromEnumerable(texts.Select(text => new SentenceRow { Sentence = text }));
        return _context.Transforms.Text.BertTokenClassification(s_folder).Fit(rows);
    }

    private sealed class SentenceRow
    {
        public string Sentence { get; set; } = "";
    }
}
