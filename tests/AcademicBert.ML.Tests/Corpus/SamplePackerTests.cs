using AcademicBert.Corpus;
using AcademicBert.Tests.Masking;

namespace AcademicBert.Tests.Corpus;

/// <summary>Cases worked out by hand: samples of 8 have room for 6 tokens.</summary>
[TestClass]
public sealed class SamplePackerTests
{
    private const int Sep = PackedSamples.Separator;

    /// <summary>One document of sentences of one token.</summary>
    private static readonly int[][][] s_ones = [[.. Enumerable.Repeat<int[]>([9], 20_000)]];

    [TestMethod]
    public void Add_Sentences_AreKeptWholeAsManyAsFit() =>
        AreEqual([[11, 12, 13, 14, 15, 16], [17, 18], [21, 22, 23]], [2], 0, PackingMode.Sentences,
            [[11, 12, 13], [14, 15, 16], [17, 18]], [[21, 22, 23]]);

    [TestMethod]
    public void Add_SentenceThatDoesNotFitWhatIsBegun_StartsTheNextSample() =>
        AreEqual([[11, 12, 13], [21, 22, 23, 24, 25, 26], [31]], [], 0, PackingMode.Sentences,
            [[[11, 12, 13], [21, 22, 23, 24, 25, 26], [31]]]);

    [TestMethod]
    public void Add_SentenceLongerThanASample_FillsWhatIsBegunAndItsRestStartsTheNext() =>
        AreEqual([[11, 12, 21, 22, 23, 24], [25, 26, 27, 28, 29, 30], [31, 41, 42]], [], 0, PackingMode.Sentences,
            [[[11, 12], [21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31], [41, 42]]]);

    [TestMethod]
    public void Add_SentencePairs_HaveTheSeparatorAfterOneOfTheirSentences() =>
        AreEqual([[11, 12, Sep, 21, 22, 23], [31, 32], [41, Sep, 51]], [2], 2, PackingMode.SentencePairs,
            [[11, 12], [21, 22, 23], [31, 32]], [[41], [51]]);

    [TestMethod]
    public void Add_SentencePairsOfOneSentence_HaveNoSeparator() =>
        AreEqual([[11, 12, 13, 14, 15], [16, 17]], [], 0, PackingMode.SentencePairs,
            [[[11, 12, 13, 14, 15, 16, 17]]]);

    [TestMethod]
    public void Add_SentencePairsAndASentenceThatIsCut_MayBeDividedBeforeItOnly() =>
        AreEqual([[11, 12, Sep, 21, 22, 23], [24, 25, 26, 27, 28], [29, Sep, 31]], [], 2, PackingMode.SentencePairs,
            [[[11, 12], [21, 22, 23, 24, 25, 26, 27, 28, 29], [31]]]);

    [TestMethod]
    public void Add_Full_FillsSamplesAcrossDocumentsUnlessASeparatorWouldBeTheLastToken() =>
        AreEqual([[11, 12, 13, 14, Sep, 21], [22, 23, 24, 25, 26], [31]], [2], 1, PackingMode.Full,
            [[11, 12], [13, 14]], [[21, 22, 23, 24, 25, 26]], [[31]]);

    [TestMethod]
    public void Add_FullWhereDocumentsEndWithSamples_NeedsNoSeparator() =>
        AreEqual([[11, 12, 13, 14, 15, 16], [21, 22, 23, 24, 25, 26], [31, Sep, 41]], [1, 2], 1, PackingMode.Full,
            [[11, 12, 13, 14, 15, 16]], [[21, 22, 23, 24, 25, 26]], [[31]], [[41]]);

    [TestMethod]
    [DataRow(PackingMode.Sentences)]
    [DataRow(PackingMode.Full)]
    public void Add_ShortSamples_AreTheShareOfTheOptionAndOfEveryLengthAlike(PackingMode packing)
    {
        List<int[]> samples = PackedSamples.Of(Short(0.25, seed: 1) with { Packing = packing }, s_ones).Samples;
        int[] lengths = new int[7];
        foreach (int[] sample in samples.SkipLast(1))
            lengths[sample.Length]++;
        Assert.AreEqual(0, lengths[0] + lengths[1]);
        Assert.IsLessThan(ChiSquare.Limit(4), ChiSquare.Of(lengths[2..], [0.05, 0.05, 0.05, 0.05, 0.8]));
    }

    [TestMethod]
    public void Add_ShortSamples_DependOnBothHalvesOfTheSeedOnly()
    {
        int[] Lengths(ulong seed) => [.. PackedSamples.Of(Short(1, seed), s_ones).Samples.Select(sample => sample.Length)];
        Assert.AreSequenceEqual(Lengths(1), Lengths(1));
        Assert.IsFalse(Lengths(1).SequenceEqual(Lengths(2)));
        Assert.IsFalse(Lengths(1).SequenceEqual(Lengths(1 | 1ul << 32)));
    }

    [TestMethod]
    public void Add_SentencePairs_AreDividedAfterEverySentenceAlike()
    {
        int[] divided = new int[5];
        foreach (int[] sample in PackedSamples.Of(new CorpusOptions { SequenceLength = 8, Packing = PackingMode.SentencePairs }, s_ones).Samples)
            divided[Array.IndexOf(sample, Sep)]++;
        Assert.AreEqual(0, divided[0]);
        Assert.IsLessThan(ChiSquare.Limit(3), ChiSquare.Of(divided[1..]));
    }

    private static CorpusOptions Short(double share, ulong seed) => new() { SequenceLength = 8, ShortSampleProbability = share, Seed = seed };

    private static void AreEqual(int[][] samples, int[] starts, int separators, PackingMode packing, params int[][][] documents)
    {
        PackedSamples packed = PackedSamples.Of(new CorpusOptions { SequenceLength = 8, Packing = packing }, documents);
        Assert.AreSequenceEqual(samples.Select(sample => string.Join(' ', sample)), packed.Samples.Select(sample => string.Join(' ', sample)));
        Assert.AreSequenceEqual(starts, packed.Starts);
        Assert.AreEqual(separators, packed.Separators);
    }
}
