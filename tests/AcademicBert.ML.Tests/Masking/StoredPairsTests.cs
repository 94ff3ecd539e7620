using AcademicBert.Corpus;
using AcademicBert.Masking;
using AcademicBert.Tests.Corpus;
using AcademicBert.Tokenization;

namespace AcademicBert.Tests.Masking;

/// <summary>Every pair there can be of a few samples.</summary>
[TestClass]
public sealed class StoredPairsTests
{
    private const int Separator = 3;

    private readonly TextFolder _folder = new();

    [TestCleanup]
    public void CleanUp() => _folder.Dispose();

    [TestMethod]
    public void Copy_PairsOfTwoDocuments_AreTheStoredOneOrHaveEitherPartOfTheOther()
    {
        Dictionary<string, int> times = Copies(4000, 10, [11, 12, Separator, 13], [21, Separator, 22, 23]);
        string[] pairs = ["2 11 12 3 13 3, 4, False", "2 11 12 3 21 3, 4, True", "2 11 12 3 22 23 3, 4, True"];
        Assert.AreSequenceEqual(pairs, times.Keys.Order(StringComparer.Ordinal));
        Assert.IsLessThan(ChiSquare.Limit(2), ChiSquare.Of([.. pairs.Select(pair => times[pair])], [0.5, 0.25, 0.25]));
    }

    // The part of the other document that takes the place of the second, copy by copy. The values are those of a second implementation.
    [TestMethod]
    [DataRow(1ul, "- - second first - - - second - - - -")]
    [DataRow(0xFEDCBA9876543210ul, "- second second - - first second - second - first second")]
    public void Copy_KnownSeed_GivesThePairsOfEveryVersion(ulong seed, string parts) =>
        Assert.AreEqual(parts, string.Join(' ', Pairs(seed, 12, 10, [11, 12, Separator, 13], [21, Separator, 22, 23]).Select(pair => pair.EndsWith("False", StringComparison.Ordinal) ? "-" : pair.Contains("22") ? "second" : "first")));

    [TestMethod]
    public void Copy_SeedsThatDifferInOneBit_GiveOtherPairs() =>
        Assert.HasCount(65, Enumerable.Range(-1, 65).Select(bit => string.Join('|', Pairs(bit < 0 ? 0 : 1ul << bit, 40, 10, [11, 12, Separator, 13], [21, Separator, 22, 23]))).Distinct());

    [TestMethod]
    public void Copy_PartsThatAreTooLongTogether_LoseTheEndOfTheLonger() =>
        Assert.AreSequenceEqual(
            ["2 11 12 13 14 15 16 3 17 3, 8, False", "2 11 12 13 14 15 16 3 21 3, 8, True", "2 11 12 13 14 3 22 23 24 3, 6, True"],
            Copies(50, 10, [11, 12, 13, 14, 15, 16, Separator, 17], [21, Separator, 22, 23, 24, 25, 26, 27]).Keys.Order(StringComparer.Ordinal));

    [TestMethod]
    public void Copy_SingleSentence_IsPairedWithOneOfAnotherDocument() =>
        Assert.AreSequenceEqual(["2 11 12 3 21 22 23 3, 4, True"], Copies(50, 10, [11, 12], [21, 22, 23]).Keys);

    [TestMethod]
    [DataRow(new[] { 11, 12, 13, 14 }, "2 11 12 3 13 14 3, 4, False")]
    [DataRow(new[] { 11, 12, 13, 14, 15, 16, 17 }, "2 11 12 13 3 14 15 16 17 3, 5, False")]
    [DataRow(new[] { 11, 12, 13, 14, 15, 16, 17, 18 }, "2 11 12 13 14 3 15 16 17 3, 6, False", DisplayName = "no room for a separator: the last token goes")]
    [DataRow(new[] { 11, Separator, 12 }, "2 11 3 12 3, 3, False")]
    public void Copy_OneSampleOnly_IsItsSecondHalfBehindItsFirst(int[] sample, string pair) =>
        Assert.AreSequenceEqual([pair], Copies(20, 10, sample).Keys);

    /// <summary>The pairs that the first sample makes in many copies, and how often.</summary>
    private Dictionary<string, int> Copies(int copies, int sequenceLength, params int[][] samples) =>
        Pairs(seed: 1, copies, sequenceLength, samples).CountBy(pair => pair).ToDictionary();

    /// <summary>The pair that the first sample makes in each copy, where its second part starts and whether it is of another document; each sample is a document.</summary>
    private string[] Pairs(ulong seed, int copies, int sequenceLength, params int[][] samples)
    {
        if (!File.Exists(_folder["train.tokens"]))
        {
            using var writer = new TokenStoreWriter(_folder.Path, "train", new TokenStoreFormat(0, 0, sequenceLength, 2, Separator, 100, "any"));
            foreach (int[] sample in samples)
                writer.Write(sample, startsDocument: true);
            writer.Complete();
        }

        using var store = TokenStore.Open(_folder.Path, "train", fingerprint: null);
        var pairing = new SentencePairing(store, Vocabulary.FromWords([Vocabulary.Pad, Vocabulary.Unknown, Vocabulary.Classification, Vocabulary.Separator, Vocabulary.Mask]), seed);
        int[] slots = new int[sequenceLength];
        return [.. Enumerable.Range(0, copies).Select(copy => pairing.Copy(0, copy, slots)).Select(pair => $"{string.Join(' ', slots[..pair.Length])}, {pair.SecondStart}, {pair.IsRandom}")];
    }
}
