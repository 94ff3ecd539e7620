using AcademicBert.Tokenization;

namespace AcademicBert.Tests.Tokenization;

[TestClass]
public sealed class TokenizerFolderTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("academicbert-tests-").FullName;

    [TestCleanup]
    public void CleanUp() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    [DataRow("", "damaged")]
    [DataRow("[]", "damaged")]
    [DataRow("""{"model":{"type":"WordPiece","vocab":{"[PAD]":0""", "damaged")]
    [DataRow("""{"model":{"type":"WordPiece","vocab":["[PAD]"]}}""", "damaged")]
    [DataRow("""{"model":{"type":"WordPiece","vocab":{"[PAD]":"0"}}}""", "damaged")]
    [DataRow("""{"model":{"type":"WordPiece","vocab":{"[PAD]":99999999999}}}""", "damaged")]
    [DataRow("""{"model":{"type":"WordPiece"}}""", "damaged")]
    [DataRow("""{"model":{"type":"BPE","vocab":{}}}""", "'BPE'")]
    [DataRow("""{"model":{"type":"WordPiece","vocab":{}}}""", "0 words")]
    [DataRow("""{"model":{"type":"WordPiece","vocab":{"[PAD]":-1}}}""", "are not 0")]
    [DataRow("""{"model":{"type":"WordPiece","vocab":{"[PAD]":0,"a":2000000000}}}""", "are not 0")]
    [DataRow("""{"model":{"type":"WordPiece","vocab":{"[PAD]":0,"a":0}}}""", "one id")]
    [DataRow("""{"model":{"type":"WordPiece","vocab":{"[PAD]":0,"[PAD]":1}}}""", "repeats")]
    [DataRow("""{"model":{"type":"WordPiece","vocab":{"[PAD]":0}}}""", "[UNK]")]
    public void Load_TokenizerJsonThatLies_IsRefusedWithFileAndReason(string content, string reason)
    {
        string path = Path.Combine(_folder, "tokenizer.json");
        File.WriteAllText(path, content);
        string message = Assert.ThrowsExactly<InvalidDataException>(() => TokenizerFolder.Load(_folder)).Message;
        Assert.Contains(path, message);
        Assert.Contains(reason, message);
    }

    [TestMethod]
    public void Load_VocabularyThatWasCutShort_IsToldByTheOtherFile()
    {
        BertWordPieceTokenizer tokenizer = BertWordPieceTokenizer.Create(Vocabulary.FromWords(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "first", "second"]));
        TokenizerFolder.Save(tokenizer, _folder, longestInput: 16);
        Assert.AreEqual(7, TokenizerFolder.Load(_folder).Vocabulary.Count);
        string words = Path.Combine(_folder, "vocab.txt");
        File.WriteAllLines(words, File.ReadAllLines(words)[..6]);
        string message = Assert.ThrowsExactly<InvalidDataException>(() => TokenizerFolder.Load(_folder)).Message;
        Assert.Contains(words, message);
        Assert.Contains("tokenizer.json", message);
    }

    [TestMethod]
    [DataRow("tokenizer.json")]
    [DataRow("vocab.txt")]
    [DataRow("tokenizer_config.json")]
    public void Load_FileOfAbsurdLength_IsRefusedWithoutReadingIt(string name)
    {
        string path = Path.Combine(_folder, name);
        if (name == "tokenizer_config.json")
            Vocabulary.FromWords(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]).Save(Path.Combine(_folder, "vocab.txt"));
        using (FileStream file = File.Create(path))
            file.SetLength(300L << 20);
        long before = GC.GetTotalAllocatedBytes();
        Assert.Contains(path, Assert.ThrowsExactly<InvalidDataException>(() => TokenizerFolder.Load(_folder)).Message);
        Assert.IsLessThan(10_000_000, GC.GetTotalAllocatedBytes() - before);
    }

    [TestMethod]
    [DataRow("null")]
    [DataRow("[]")]
    [DataRow("{ \"do_lower_case\": 1 }")]
    [DataRow("{ \"do_lower_case\": true, \"do_lower_case\": false }")]
    public void Load_ConfigurationThatIsDamaged_NamesTheFile(string content)
    {
        Vocabulary.FromWords(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]).Save(Path.Combine(_folder, "vocab.txt"));
        string path = Path.Combine(_folder, "tokenizer_config.json");
        File.WriteAllText(path, content);
        Assert.Contains(path, Assert.ThrowsExactly<InvalidDataException>(() => TokenizerFolder.Load(_folder)).Message);
    }
}
