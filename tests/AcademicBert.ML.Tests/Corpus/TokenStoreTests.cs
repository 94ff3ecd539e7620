using System.Buffers.Binary;
using AcademicBert.Corpus;

namespace AcademicBert.Tests.Corpus;

[TestClass]
public sealed class TokenStoreTests
{
    private readonly TextFolder _folder = new();

    [TestCleanup]
    public void CleanUp() => _folder.Dispose();

    [TestMethod]
    public void CopySample_BehindTwoToThe31Tokens_FindsIt()
    {
        // Sparse files: gigabytes by their length, a few blocks on the disk.
        const long tokens = (1L << 31) + 1000;
        var format = new TokenStoreFormat(tokens, 3, SequenceLength: 130, ClassificationId: 2, SeparatorId: 3, VocabularySize: 30522, "any");
        using (FileStream file = Create("train.tokens", format.TokensHeader(), format.TokensFileSize))
        {
            file.Position = TokenStoreFormat.TokensHeaderSize + (tokens - 2) * sizeof(ushort);
            file.Write([7, 0, 9, 1]);
        }

        using (FileStream file = Create("train.samples", format.SamplesHeader(), format.SamplesFileSize))
        {
            file.Position = TokenStoreFormat.SamplesHeaderSize;
            foreach (long offset in (long[])[0, tokens - 130, (tokens - 2) | TokenStoreFormat.StartsDocument, tokens])
            {
                byte[] bytes = new byte[sizeof(long)];
                BinaryPrimitives.WriteInt64LittleEndian(bytes, offset);
                file.Write(bytes);
            }
        }

        using var store = TokenStore.Open(_folder.Path, "train", fingerprint: null);
        int[] sample = new int[130];
        Assert.AreEqual(4, store.CopySample(2, sample));
        Assert.AreSequenceEqual([2, 7, 265, 3], sample[..4]);
        Assert.AreEqual(130, store.CopySample(1, sample));
        Assert.IsTrue(store.AreOfOneDocument(0, 1));
        Assert.IsFalse(store.AreOfOneDocument(2, 1));
        Assert.Contains("entry of sample 0", Assert.ThrowsExactly<InvalidDataException>(() => store.CopySample(0, sample)).Message, "longer than a sample may be");
    }

    [TestMethod]
    public void Open_OtherTokenizer_IsRefused()
    {
        var format = new TokenStoreFormat(0, 0, 16, 2, 3, 100, "one tokenizer");
        Create("train.tokens", format.TokensHeader(), format.TokensFileSize).Dispose();
        Create("train.samples", format.SamplesHeader(), format.SamplesFileSize).Dispose();
        TokenStore.Open(_folder.Path, "train", "one tokenizer").Dispose();
        Assert.Contains("another vocabulary", Assert.ThrowsExactly<InvalidDataException>(() => TokenStore.Open(_folder.Path, "train", "another tokenizer")).Message);
    }

    [TestMethod]
    [DataRow(100, 100)]
    [DataRow(100, 65_535)]
    [DataRow(70_000, 70_000)]
    [DataRow(70_000, -1)]
    public void CopySample_IdThatIsNoWord_IsRefused(int vocabulary, int id)
    {
        var format = new TokenStoreFormat(3, 1, 16, 2, 3, vocabulary, "any");
        using (FileStream file = Create("train.tokens", format.TokensHeader(), format.TokensFileSize))
        {
            file.Position = TokenStoreFormat.TokensHeaderSize + format.BytesPerToken;
            file.Write(BitConverter.GetBytes(id).AsSpan(0, format.BytesPerToken));
        }

        using (FileStream file = Create("train.samples", format.SamplesHeader(), format.SamplesFileSize))
        {
            file.Position = TokenStoreFormat.SamplesHeaderSize + sizeof(long);
            file.Write(BitConverter.GetBytes(3L));
        }

        using var store = TokenStore.Open(_folder.Path, "train", fingerprint: null);
        Assert.Contains("no word", Assert.ThrowsExactly<InvalidDataException>(() => store.CopySample(0, new int[16])).Message);
    }

    [TestMethod]
    [DataRow(int.MaxValue, 2, 3)]
    [DataRow(8193, 2, 3)]
    [DataRow(16, 100, 3)]
    [DataRow(16, 2, -1)]
    public void Open_HeaderThatAsksForMoreThanThereCanBe_IsRefused(int sequenceLength, int classificationId, int separatorId)
    {
        var format = new TokenStoreFormat(0, 0, sequenceLength, classificationId, separatorId, 100, "any");
        Create("train.tokens", format.TokensHeader(), format.TokensFileSize).Dispose();
        Create("train.samples", format.SamplesHeader(), format.SamplesFileSize).Dispose();
        Assert.Contains("header is damaged", Assert.ThrowsExactly<InvalidDataException>(() => TokenStore.Open(_folder.Path, "train", fingerprint: null)).Message);
    }

    private FileStream Create(string name, byte[] header, long length)
    {
        FileStream file = File.Create(_folder[name]);
        file.Write(header);
        file.SetLength(length);
        return file;
    }
}
