using AcademicBert.Corpus;
using AcademicBert.Pretraining;
using AcademicBert.Tests.Corpus;
using AcademicBert.Tokenization;
using Microsoft.ML;

namespace AcademicBert.Tests.Pretraining;

[TestClass]
public sealed class CorpusPreparationTests
{
    private static readonly CorpusOptions s_corpus = new() { SequenceLength = 16, HeldOutFraction = 0.1 };
    private static readonly VocabularyTrainerOptions s_vocabulary = new() { Size = 60 };

    private readonly TextFolder _folder = new();

    [TestCleanup]
    public void CleanUp() => _folder.Dispose();

    [TestMethod]
    public void Prepare_SameTextAndOptions_TakesWhatIsThere()
    {
        string first = Prepare(Files(20)).Train.TokensChecksum;
        Assert.AreEqual(first, Prepare(Files(20), s_corpus with { Threads = 1 }, s_vocabulary with { Threads = 2 }).Train.TokensChecksum);
    }

    [TestMethod]
    public void Prepare_SameTextFromAnotherPlace_IsTaken()
    {
        string first = Prepare(Files(20)).Source;
        string copy = _folder.Write("copy.txt", File.ReadAllBytes(first));
        Assert.AreEqual(first, Prepare(new TextFileSource(copy, new TextFileOptions { Layout = TextLayout.DocumentPerLine })).Source);
    }

    [TestMethod]
    public void Prepare_TextThatHasChanged_IsRefusedAndToldFromTheFirst()
    {
        Prepare(Files(20));
        string message = Refusal(Files(21));
        Assert.Contains("prepared from other text: ", message);
        Assert.Contains("(1 file, 480 bytes, DocumentPerLine) -> ", message);
        Assert.Contains("(1 file, 504 bytes, DocumentPerLine)", message);
    }

    [TestMethod]
    public void Prepare_OtherRowsOfAView_AreRefusedAndTheSameInAnotherOrderTaken()
    {
        Prepare(Rows(Enumerable.Range(0, 20)));
        Prepare(Rows(Enumerable.Range(0, 20).Reverse()));
        Assert.Contains("column 'Text' (20 rows, checksum ", Refusal(Rows(Enumerable.Range(1, 19).Prepend(1))));
        Assert.Contains("-> column 'Text' (19 rows", Refusal(Rows(Enumerable.Range(0, 19))));
    }

    [TestMethod]
    public void Prepare_OtherOptions_NamesThem()
    {
        Prepare(Files(20), s_corpus with { ShortSampleProbability = 0.1 });
        CorpusOptions corpus = s_corpus with { ShortSampleProbability = 0.1 };
        Assert.Contains("CorpusOptions.Seed: 0 -> 1", Refusal(Files(20), corpus with { Seed = 1 }));
        Assert.Contains("CorpusOptions.RemoveDuplicates: False -> True", Refusal(Files(20), corpus with { RemoveDuplicates = true }));
        Assert.Contains("CorpusOptions.MinDocumentLength: 0 -> 5", Refusal(Files(20), corpus with { MinDocumentLength = 5 }));
        Assert.Contains("CorpusOptions.MaxDocumentLength: 2147483647 -> 500", Refusal(Files(20), corpus with { MaxDocumentLength = 500 }));
        Assert.Contains("a vocabulary that was trained otherwise: VocabularyTrainerOptions.Size 60 -> 61", Refusal(Files(20), corpus, s_vocabulary with { Size = 61 }));
        Assert.Contains("Tokenization.LowerCase true -> false", Refusal(Files(20), corpus, s_vocabulary with { Tokenization = new() { LowerCase = false } }));
    }

    private CorpusManifest Prepare(IDocumentSource source, CorpusOptions? corpus = null, VocabularyTrainerOptions? vocabulary = null)
    {
        using PreparedCorpus prepared = CorpusPreparation.Prepare(source, _folder["corpus"], corpus ?? s_corpus, vocabulary ?? s_vocabulary);
        return prepared.Manifest;
    }

    private string Refusal(IDocumentSource source, CorpusOptions? corpus = null, VocabularyTrainerOptions? vocabulary = null) =>
        Assert.ThrowsExactly<ArgumentException>(() => Prepare(source, corpus, vocabulary)).Message;

    private TextFileSource Files(int lines) =>
        new(_folder.Write("text.txt", string.Concat(Enumerable.Range(0, lines).Select(line => Sentence(line) + "\n"))), new TextFileOptions { Layout = TextLayout.DocumentPerLine });

    private static DataViewTextSource Rows(IEnumerable<int> rows) => new(new MLContext().Data.LoadFromEnumerable([.. rows.Select(row => new { Text = Sentence(row) })]), "Text");

    private static string Sentence(int number) => $"the baker bakes bread {number % 10}";
}
