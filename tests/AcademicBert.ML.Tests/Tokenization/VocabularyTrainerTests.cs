using AcademicBert.Tokenization;

namespace AcademicBert.Tests.Tokenization;

[TestClass]
public sealed class VocabularyTrainerTests
{
    private static readonly string[] s_texts = ["low lower lowest", "low lower newer newest", "wide wider widest low"];

    [TestMethod]
    public void Train_SmallText_MergesTheMostFrequentPairsFirst()
    {
        Vocabulary vocabulary = VocabularyTrainer.Train(s_texts, new VocabularyTrainerOptions { Size = 40 });
        CollectionAssert.AreEqual(new[] { "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]" }, vocabulary.Words.Take(5).ToArray());
        Assert.IsTrue(vocabulary.TryGetId("low", out _), "the most frequent word becomes a piece");
        Assert.IsTrue(vocabulary.TryGetId("##er", out _), "a frequent ending becomes a continuation");
    }

    [TestMethod]
    public void Train_OneAndTwoThreads_GiveTheSameVocabulary()
    {
        string[] texts = [.. Enumerable.Range(0, 500).Select(i => $"text number {i % 37} of {i * i % 101} words with ends {i % 13}ing and {i % 7}ed")];
        Vocabulary one = VocabularyTrainer.Train(texts, new VocabularyTrainerOptions { Size = 200, Threads = 1 });
        Vocabulary two = VocabularyTrainer.Train(texts, new VocabularyTrainerOptions { Size = 200, Threads = 2 });
        CollectionAssert.AreEqual(one.Words.ToArray(), two.Words.ToArray());
    }

    [TestMethod]
    public void Train_AnyText_LeavesNoUnknownWordInIt()
    {
        Vocabulary vocabulary = VocabularyTrainer.Train(s_texts, new VocabularyTrainerOptions { Size = 30 });
        BertWordPieceTokenizer tokenizer = BertWordPieceTokenizer.Create(vocabulary);
        var ids = new List<int>();
        foreach (string text in s_texts)
            tokenizer.AppendIds(text, ids);
        CollectionAssert.DoesNotContain(ids, vocabulary.UnknownId);
        Assert.IsLessThanOrEqualTo(30, vocabulary.Count);
    }

    [TestMethod]
    public void Train_TextWithoutWords_IsAClearError()
    {
        ArgumentException error = Assert.ThrowsExactly<ArgumentException>(() => VocabularyTrainer.Train([" \n "]));
        StringAssert.Contains(error.Message, "no word");
    }

    [TestMethod]
    public void Load_VocabularyWithoutMask_NamesTheFileAndTheWord()
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        File.WriteAllText(path, "[PAD]\n[UNK]\n[CLS]\n[SEP]\nword\n");
        try
        {
            InvalidDataException error = Assert.ThrowsExactly<InvalidDataException>(() => Vocabulary.Load(path));
            StringAssert.Contains(error.Message, path);
            StringAssert.Contains(error.Message, "[MASK]");
        }
        finally
        {
            File.Delete(path);
        }
    }
}
