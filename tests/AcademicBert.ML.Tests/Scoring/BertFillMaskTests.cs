using AcademicBert.Modeling;
using AcademicBert.Scoring;
using AcademicBert.Tests.Catalog;
using AcademicBert.Tokenization;
using AcademicBert.Training;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace AcademicBert.Tests.Scoring;

[TestClass]
public sealed class BertFillMaskTests
{
    private readonly MLContext _context = new(1);

    [TestMethod]
    public void Transform_Masks_GetTheModelsOwnBestWordsAndProbabilities()
    {
        string[] texts = ["the baker [MASK] bread [MASK] morning.", "[MASK] pilot flies"];
        using PretrainedBert bert = PretrainedBert.Load(TinyBert.Folder);
        Vocabulary vocabulary = bert.Tokenizer.Vocabulary;
        foreach ((Filled row, string text) in Fill(texts, count: 3).Zip(texts))
        {
            int[] ids = EncodedInput.Of(bert.Tokenizer, text.AsMemory(), null, 32).Ids;
            using var scope = TorchSharp.torch.NewDisposeScope();
            using IDisposable frozen = TorchSharp.torch.no_grad();
            TorchSharp.torch.Tensor all_SV = bert.Model.MaskedLogits(bert.Model.Encode(new EncoderInput(TorchSharp.torch.tensor(ids.Select(id => (long)id).ToArray()).unsqueeze(0))), null).softmax(-1);
            var expected = ids.Index().Where(token => token.Item == vocabulary.MaskId)
                .SelectMany(mask => all_SV[mask.Index].data<float>().Index().OrderByDescending(word => word.Item).Take(3)).ToArray();
            Assert.AreSequenceEqual(expected.Select(word => vocabulary[word.Index]), row.FilledWords);
            foreach ((var word, float probability) in expected.Zip(row.FilledProbabilities))
                Assert.AreEqual(word.Item, probability, 1e-5);
            string filled = text;
            foreach (var best in expected.Chunk(3))
                filled = filled[..filled.IndexOf("[MASK]", StringComparison.Ordinal)] + vocabulary[best[0].Index] + filled[(filled.IndexOf("[MASK]", StringComparison.Ordinal) + 6)..];
            Assert.AreEqual(filled.Replace(" ##", ""), row.FilledText);
        }
    }

    [TestMethod]
    public void Transform_AnyNumberOfMasks_GivesAsManyWordsForEachAsAskedFor()
    {
        Filled[] rows = Fill(["bakes bread", "[MASK] bread every [MASK]", "[MASK]", "", "bakes [MASK] every morning, and [MASK] [MASK]"], count: 4);
        Assert.AreSequenceEqual([0, 8, 4, 0, 12], rows.Select(row => row.FilledWords.Length));
        Assert.AreEqual("bakes bread", rows[0].FilledText);
        foreach (Filled row in rows)
        {
            Assert.DoesNotContain("[MASK]", row.FilledText);
            Assert.HasCount(row.FilledWords.Length, row.FilledProbabilities);
            foreach (float[] best in row.FilledProbabilities.Chunk(4))
            {
                Assert.AreSequenceEqual(best.OrderDescending(), best);
                Assert.IsTrue(best[^1] > 0 && best.Sum() <= 1.0001);
            }
        }
    }

    [TestMethod]
    public void Transform_RowsTogether_GiveWhatEachGivesAlone()
    {
        string[] texts = ["[MASK] bread every [MASK]", "steers [MASK]", "paints the [MASK] slowly and [MASK]"];
        foreach ((Filled together, string text) in Fill(texts, 2).Zip(texts))
        {
            Filled alone = Fill([text], 2)[0];
            Assert.AreSequenceEqual(alone.FilledWords, together.FilledWords);
            foreach ((float expected, float actual) in alone.FilledProbabilities.Zip(together.FilledProbabilities))
                Assert.AreEqual(expected, actual, 1e-5);
        }
    }

    [TestMethod]
    public void SaveAndLoad_GivesTheSameWords()
    {
        string path = Path.GetTempFileName();
        IDataView rows = View(["[MASK] bread"]);
        using BertFillMaskTransformer model = _context.Transforms.Text.BertFillMask(TinyBert.Folder).Fit(rows);
        try
        {
            _context.Model.Save(model, rows.Schema, path);
            ITransformer loaded = new MLContext().Model.Load(path, out _);
            Assert.AreSequenceEqual(model.Transform(rows).GetColumn<string[]>("FilledWords").Single(), loaded.Transform(rows).GetColumn<string[]>("FilledWords").Single());
            ((IDisposable)loaded).Dispose();
        }
        finally
        {
            File.Delete(path);
        }
    }

    [TestMethod]
    public void Fit_ModelWithoutHead_SaysSo()
    {
        using var folder = new Modeling.StoredFolder("hf_seqcls_2label_tiny");
        File.WriteAllLines(Path.Combine(folder.Path, "vocab.txt"), ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a"]);
        Assert.Contains("no masked-language-model head", Assert.Throws<ArgumentException>(() => _context.Transforms.Text.BertFillMask(folder.Path).Fit(View(["a"]))).Message);
    }

    private Filled[] Fill(string[] texts, int count)
    {
        IDataView rows = View(texts);
        using BertFillMaskTransformer model = _context.Transforms.Text.BertFillMask(TinyBert.Folder, count: count).Fit(rows);
        IDataView scored = model.Transform(rows);
        return [.. scored.GetColumn<string>("Filled").Zip(scored.GetColumn<string[]>("FilledWords"), scored.GetColumn<float[]>("FilledProbabilities")).Select(row => new Filled(row.First, row.Second, row.Third))];
    }

    private IDataView View(IEnumerable<string> texts) => _context.Data.LoadFromEnumerable(texts.Select(text => new TextRow { Text = text }));

    private sealed record Filled(string FilledText, string[] FilledWords, float[] FilledProbabilities);

    private sealed class TextRow
    {
        public string Text { get; set; } = "";
    }
}
