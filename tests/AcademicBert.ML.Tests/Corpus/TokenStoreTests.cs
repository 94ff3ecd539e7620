using System.Runtime.InteropServices;
using AcademicBert.Corpus;

namespace AcademicBert.Tests.Corpus;

[TestClass]
public sealed class TokenStoreTests
{
    private const long LongestLength = CorpusOptions.LongestSequence - 2;

    private readonly TextFolder _folder = new();

    [TestCleanup]
    public void CleanUp() => _folder.Dispose();

    [TestMethod]
    public void CopySample_BehindTwoToThe31Tokens_FindsIt()
    {
        const int samples = (int)((1L << 31) / LongestLength) + 10;
        TokenStoreFormat format = CreateSparse(samples);
        using (FileStream file = File.OpenWrite(_folder["train.tokens"]))
        {
            file.Position = format.TokensFileSize - 2 * sizeof(ushort);
            file.Write([7, 0, 9, 1]);
        }

        using var store = TokenStore.Open(_folder.Path, "train", fingerprint: null);
        int[] sample = new int[CorpusOptions.LongestSequence];
        Assert.AreEqual(LongestLength - 5 + 2, store.CopySample(samples - 1, sample));
        Assert.AreSequenceEqual([7, 265, 3], sample[(int)(LongestLength - 6)..(int)(LongestLength - 3)]);
        Assert.AreEqual(2, sample[0]);
        Assert.AreEqual(LongestLength + 2, store.CopySample(samples - 2, sample));
        Assert.IsTrue(store.AreOfOneDocument(0, samples - 2));
        Assert.IsFalse(store.AreOfOneDocument(samples - 1, samples - 2));
    }

    [TestMethod]
    [DataRow(new long[] { 0, 15, 20 }, 0)]
    [DataRow(new long[] { 0, 10, 8 }, 1)]
    [DataRow(new long[] { 0, 10, 21 }, 1)]
    [DataRow(new long[] { -1, 5, 10 }, 0)]
    [DataRow(new long[] { 0, 10, long.MinValue }, 1)]
    public void Open_EntryThatLeadsOutOfTheTokens_IsRefusedWithItsNumber(long[] offsets, int damaged)
    {
        var format = new TokenStoreFormat(20, 2, 16, 2, 3, 100, "any");
        Create("train.tokens", format.TokensHeader(), format.TokensFileSize).Dispose();
        WriteSamples(format, offsets);
        Assert.Contains($"entry of sample {damaged} ", Assert.ThrowsExactly<InvalidDataException>(() => TokenStore.Open(_folder.Path, "train", fingerprint: null)).Message);
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

        WriteSamples(format, [0, 3]);

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

    [TestMethod]
    public void CopySample_FileCutShortSinceItWasOpened_IsAnErrorThatNamesIt()
    {
        const int samples = (int)((1L << 28) / LongestLength);
        CreateSparse(samples);
        using var store = TokenStore.Open(_folder.Path, "train", fingerprint: null);
        int[] sample = new int[CorpusOptions.LongestSequence];
        store.CopySample(samples - 1, sample);
        Cut();
        Assert.Contains("train.tokens", Assert.ThrowsExactly<InvalidDataException>(() => store.CopySample(samples - 1, sample)).Message);
    }

    [TestMethod]
    public void CopySample_SmallFileCutShortSinceItWasOpened_GivesWhatItHeld()
    {
        CreateSparse(10);
        using var store = TokenStore.Open(_folder.Path, "train", fingerprint: null);
        Cut();
        Assert.AreEqual(LongestLength + 2, store.CopySample(5, new int[CorpusOptions.LongestSequence]));
    }

    [TestMethod]
    public void CopySample_ManySamplesOfDifferentLengths_GivesTheTokensOfEach()
    {
        const int samples = 70_000;
        long[] offsets = [.. Enumerable.Range(0, samples + 1).Select(sample => (long)sample / 3 * 5 + sample % 3)];
        var format = new TokenStoreFormat(offsets[^1], samples, 16, 2, 3, 100, "any");
        using (FileStream file = Create("train.tokens", format.TokensHeader(), format.TokensFileSize))
            for (long token = 0; token < format.TokenCount; token++)
                file.Write(BitConverter.GetBytes((ushort)(token % 97)));
        WriteSamples(format, offsets);
        using var store = TokenStore.Open(_folder.Path, "train", fingerprint: null);
        int[] sample = new int[16];
        for (int i = 0; i < samples; i++)
        {
            int[] tokens = [.. Enumerable.Range(0, (int)(offsets[i + 1] - offsets[i])).Select(token => (int)((offsets[i] + token) % 97))];
            Assert.AreSequenceEqual([2, .. tokens, 3], sample[..store.CopySample(i, sample)]);
        }
    }

    [TestMethod]
    public void AreOfOneDocument_DocumentsOfAnyLength_AreToldApart()
    {
        int[] starts = [0, 1, 2, 34, 66, 67, 200];
        const int samples = 240;
        var format = new TokenStoreFormat(samples, samples, 16, 2, 3, 100, "any");
        Create("train.tokens", format.TokensHeader(), format.TokensFileSize).Dispose();
        WriteSamples(format, [.. Enumerable.Range(0, samples + 1).Select(sample => (uint)sample | (starts.Contains(sample) ? TokenStoreFormat.StartsDocument : 0))]);
        using var store = TokenStore.Open(_folder.Path, "train", fingerprint: null);
        for (int first = 0; first < samples; first++)
            for (int second = 0; second < samples; second++)
                Assert.AreEqual(starts.Count(start => start <= first) == starts.Count(start => start <= second), store.AreOfOneDocument(first, second), $"{first} and {second}");
    }

    /// <summary>A store of the longest samples, the last but 5 tokens: gigabytes by its length, a few blocks on the disk. The last sample begins a document.</summary>
    private TokenStoreFormat CreateSparse(int samples)
    {
        var format = new TokenStoreFormat(samples * LongestLength - 5, samples, CorpusOptions.LongestSequence, ClassificationId: 2, SeparatorId: 3, VocabularySize: 30522, "any");
        Create("train.tokens", format.TokensHeader(), format.TokensFileSize).Dispose();
        WriteSamples(format, [.. Enumerable.Range(0, samples).Select(sample => sample * LongestLength | (sample == samples - 1 ? TokenStoreFormat.StartsDocument : 0)), format.TokenCount]);
        return format;
    }

    private void Cut()
    {
        using FileStream file = new(_folder["train.tokens"], FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        file.SetLength(TokenStoreFormat.TokensHeaderSize + 10);
    }

    private void WriteSamples(TokenStoreFormat format, long[] offsets) =>
        File.WriteAllBytes(_folder["train.samples"], [.. format.SamplesHeader(), .. MemoryMarshal.AsBytes<long>(offsets)]);

    private FileStream Create(string name, byte[] header, long length)
    {
        FileStream file = File.Create(_folder[name]);
        file.Write(header);
        file.SetLength(length);
        return file;
    }
}
