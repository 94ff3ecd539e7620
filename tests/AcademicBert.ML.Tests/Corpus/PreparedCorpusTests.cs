using System.Text.Json.Nodes;
using AcademicBert.Corpus;
using AcademicBert.Tests.Pretraining;

namespace AcademicBert.Tests.Corpus;

[TestClass]
public sealed class PreparedCorpusTests
{
    private readonly TinyCorpus _tiny = new(20);

    [TestCleanup]
    public void CleanUp() => _tiny.Dispose();

    [TestMethod]
    [DataRow("train.tokens")]
    [DataRow("train.samples")]
    [DataRow("validation.tokens")]
    [DataRow("validation.samples")]
    public void Open_FlippedBit_NamesTheFile(string file)
    {
        string path = Close(file);
        byte[] content = File.ReadAllBytes(path);
        content[^3] ^= 1;
        File.WriteAllBytes(path, content);
        Assert.Contains(file, Assert.ThrowsExactly<InvalidDataException>(() => PreparedCorpus.Open(_tiny.Corpus.Folder)).Message);
    }

    [TestMethod]
    [DataRow("train.tokens")]
    [DataRow("train.samples")]
    [DataRow("validation.tokens")]
    public void Open_TruncatedFile_NamesItWithoutReadingChecksums(string file)
    {
        string path = Close(file);
        using (FileStream stream = File.OpenWrite(path))
            stream.SetLength(stream.Length - 2);
        Assert.Contains(file, Assert.ThrowsExactly<InvalidDataException>(() => PreparedCorpus.Open(_tiny.Corpus.Folder, CorpusVerification.Headers)).Message);
    }

    [TestMethod]
    [DataRow("train.tokens")]
    [DataRow("validation.samples")]
    [DataRow("vocab.txt")]
    [DataRow("corpus.json")]
    public void Open_MissingFile_NamesIt(string file)
    {
        File.Delete(Close(file));
        Assert.Contains(Path.GetFileNameWithoutExtension(file), Assert.Throws<IOException>(() => PreparedCorpus.Open(_tiny.Corpus.Folder)).Message);
    }

    [TestMethod]
    [DataRow("train")]
    [DataRow("tokenization")]
    [DataRow("tokenizerFingerprint")]
    public void Open_DescriptionWithANull_NamesTheFile(string key)
    {
        string path = Close("corpus.json");
        var description = (JsonObject)JsonNode.Parse(File.ReadAllText(path))!;
        description[key] = null;
        File.WriteAllText(path, description.ToJsonString());
        Assert.Contains("corpus.json", Assert.ThrowsExactly<InvalidDataException>(() => PreparedCorpus.Open(_tiny.Corpus.Folder)).Message);
    }

    [TestMethod]
    public void Open_StoreOfALargerVocabulary_IsRefused()
    {
        string path = Close("train.tokens");
        byte[] content = File.ReadAllBytes(path);
        content[45]++;
        File.WriteAllBytes(path, content);
        Assert.Contains("train.tokens", Assert.ThrowsExactly<InvalidDataException>(() => PreparedCorpus.Open(_tiny.Corpus.Folder, CorpusVerification.Headers)).Message);
    }

    [TestMethod]
    public void Open_OtherVocabulary_IsRefused()
    {
        string path = Close("vocab.txt");
        string[] words = File.ReadAllLines(path);
        (words[^1], words[^2]) = (words[^2], words[^1]);
        File.WriteAllLines(path, words);
        Assert.Contains("vocab.txt", Assert.ThrowsExactly<InvalidDataException>(() => PreparedCorpus.Open(_tiny.Corpus.Folder)).Message);
    }

    [TestMethod]
    public void Open_OtherVersion_SaysWhichIsRead()
    {
        string path = Close("corpus.json");
        File.WriteAllText(path, File.ReadAllText(path).Replace("\"version\": 1", "\"version\": 9", StringComparison.Ordinal));
        Assert.Contains("version 9", Assert.ThrowsExactly<InvalidDataException>(() => PreparedCorpus.Open(_tiny.Corpus.Folder)).Message);
    }

    private string Close(string file)
    {
        _tiny.Corpus.Dispose();
        return Path.Combine(_tiny.Corpus.Folder, file);
    }
}
