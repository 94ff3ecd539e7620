using AcademicBert.Masking;
using AcademicBert.Tokenization;

namespace AcademicBert.Tests.Masking;

[TestClass]
public sealed class SampleMaskerTests
{
    private static readonly Vocabulary s_vocabulary = Vocabulary.FromWords(
        [Vocabulary.Pad, Vocabulary.Unknown, Vocabulary.Classification, Vocabulary.Separator, Vocabulary.Mask, .. Enumerable.Range(0, 500).Select(i => i % 3 == 2 ? $"##p{i}" : $"w{i}")]);

    [TestMethod]
    [DataRow(MaskingUnit.Token)]
    [DataRow(MaskingUnit.WholeWord)]
    [DataRow(MaskingUnit.Span)]
    public void Mask_AnyUnit_TellsPositionsAndOriginalsTruthfully(MaskingUnit unit)
    {
        var masker = new SampleMasker(s_vocabulary, new MaskingOptions { Unit = unit }, seed: 3);
        for (int sample = 0; sample < 300; sample++)
        {
            int[] original = Sample(4 + sample % 125, sample);
            (int[] masked, int[] positions, int[] ids) = Mask(masker, original, 0, sample);
            Assert.IsGreaterThan(0, positions.Length);
            Assert.IsLessThanOrEqualTo(masker.Options.PredictionCount(original.Length), positions.Length);
            if (unit == MaskingUnit.Token)
                Assert.HasCount(Math.Min(masker.Options.PredictionCount(original.Length), original.Length - 2), positions);
            Assert.AreSequenceEqual(positions.Order().Distinct(), positions);
            for (int i = 0; i < original.Length; i++)
            {
                int at = Array.IndexOf(positions, i);
                if (at >= 0)
                    Assert.AreEqual(original[i], ids[at]);
                else
                    Assert.AreEqual(original[i], masked[i]);
            }

            Assert.IsFalse(positions.Contains(0) || positions.Contains(original.Length - 1), "delimiters are never masked");
        }
    }

    [TestMethod]
    public void Mask_SameSeedCopyAndSample_IsTheSameAndOthersDiffer()
    {
        var masker = new SampleMasker(s_vocabulary, new MaskingOptions(), seed: 3);
        int[] original = Sample(128, 1);
        Assert.AreSequenceEqual(Mask(masker, original, 4, 9).Masked, Mask(masker, original, 4, 9).Masked);
        Assert.IsFalse(Mask(masker, original, 4, 9).Positions.SequenceEqual(Mask(masker, original, 5, 9).Positions));
        Assert.IsFalse(Mask(masker, original, 4, 9).Positions.SequenceEqual(Mask(masker, original, 4, 10).Positions));
        Assert.IsFalse(Mask(masker, original, 4, 9).Positions.SequenceEqual(Mask(new SampleMasker(s_vocabulary, new MaskingOptions(), seed: 4), original, 4, 9).Positions));
    }

    [TestMethod]
    public void Mask_ManySamples_ReplacesInTheSharesOfTheOptionsAndNeverBySpecialWords()
    {
        var masker = new SampleMasker(s_vocabulary, new MaskingOptions(), seed: 3);
        int toMask = 0, kept = 0, random = 0;
        int[] timesAtPosition = new int[128];
        for (int sample = 0; sample < 4000; sample++)
        {
            int[] original = Sample(128, sample);
            (int[] masked, int[] positions, _) = Mask(masker, original, 0, sample);
            foreach (int position in positions)
            {
                timesAtPosition[position]++;
                if (masked[position] == s_vocabulary.MaskId)
                    toMask++;
                else if (masked[position] == original[position])
                    kept++;
                else
                {
                    random++;
                    Assert.IsFalse(s_vocabulary.IsSpecial(masked[position]));
                }
            }
        }

        // A random word is the one that stood there now and then: 1 in 500 of the 10 %.
        Assert.IsLessThan(ChiSquare.Limit(2), ChiSquare.Of([toMask, kept, random], [0.8, 0.1 + 0.1 / 500, 0.1 - 0.1 / 500]));
        Assert.IsLessThan(ChiSquare.Limit(125), ChiSquare.Of(timesAtPosition[1..^1]));
    }

    [TestMethod]
    public void Mask_TwoCopies_AreIndependent()
    {
        var masker = new SampleMasker(s_vocabulary, new MaskingOptions(), seed: 3);
        int[] cells = new int[4];
        for (int sample = 0; sample < 2000; sample++)
        {
            int[] original = Sample(128, sample);
            int[] first = Mask(masker, original, 0, sample).Positions, second = Mask(masker, original, 1, sample).Positions;
            for (int position = 1; position < 127; position++)
                cells[(first.Contains(position) ? 2 : 0) + (second.Contains(position) ? 1 : 0)]++;
        }

        const double share = 19.0 / 126;
        Assert.IsLessThan(ChiSquare.Limit(3), ChiSquare.Of(cells, [(1 - share) * (1 - share), (1 - share) * share, share * (1 - share), share * share]));
    }

    [TestMethod]
    public void Mask_WholeWords_TakesAllPiecesOfAWord()
    {
        var masker = new SampleMasker(s_vocabulary, new MaskingOptions { Unit = MaskingUnit.WholeWord, MaskRate = 0.3 }, seed: 3);
        for (int sample = 0; sample < 200; sample++)
        {
            int[] original = Sample(64, sample);
            int[] positions = Mask(masker, original, 0, sample).Positions;
            foreach (int position in positions)
            {
                bool continues = s_vocabulary[original[position]].StartsWith(Vocabulary.ContinuationPrefix, StringComparison.Ordinal);
                if (continues && position > 1)
                    Assert.Contains(position - 1, positions);
                if (position + 1 < original.Length - 1 && s_vocabulary[original[position + 1]].StartsWith(Vocabulary.ContinuationPrefix, StringComparison.Ordinal))
                    Assert.Contains(position + 1, positions);
            }
        }
    }

    // A run goes on in a later version with the masks it had. The values are those of a second implementation, on lists.
    [TestMethod]
    [DataRow(MaskingUnit.Token, "4=4 7=81 8=264 29=4 31=115 36=458 47=4 48=4 51=4 55=4 57=415 60=4 64=336 65=373 67=406 69=4 70=4 73=4 87=55")]
    [DataRow(MaskingUnit.WholeWord, "7=383 10=4 11=81 12=412 16=4 17=97 35=458 38=4 46=4 58=4 59=4 61=415 62=4 67=447 68=484 80=406 85=4 86=4 87=4")]
    [DataRow(MaskingUnit.Span, "2=4 3=4 4=4 35=4 36=415 37=26 38=491 49=281 69=406 70=71 72=227 73=111 74=296 75=55 76=225 84=4 85=4 86=4 87=4")]
    public void Mask_KnownSeed_GivesTheMaskOfEveryVersion(MaskingUnit unit, string replaced)
    {
        var options = new MaskingOptions { Unit = unit, MaskRate = 0.2, MaskTokenShare = 0.5, RandomTokenShare = 0.3, SpanEndProbability = 0.3 };
        int separator = s_vocabulary.SeparatorId;
        int[] original = [s_vocabulary.ClassificationId, .. Enumerable.Range(0, 70).Select(i => 5 + 37 * i % 500), separator, .. Enumerable.Range(0, 20).Select(i => 5 + 41 * i % 500), separator];
        (int[] masked, int[] positions, _) = Mask(new SampleMasker(s_vocabulary, options, seed: 0x0123456789ABCDEF), original, copy: 7, sample: (5L << 32) + 9);
        Assert.AreEqual(replaced, string.Join(' ', positions.Select(position => $"{position}={masked[position]}")));
    }

    [TestMethod]
    [DataRow(false, 500)]
    [DataRow(true, 505)]
    public void Mask_RandomWords_AreAllOrdinaryWordsAlikeOrAsInTheReferenceAllWords(bool referenceCompatible, int words)
    {
        var masker = new SampleMasker(s_vocabulary, new MaskingOptions { MaskRate = 0.5, MaskTokenShare = 0, RandomTokenShare = 1, ReferenceCompatible = referenceCompatible }, seed: 3);
        int[] times = new int[s_vocabulary.Count];
        for (int sample = 0; sample < 400; sample++)
        {
            (int[] masked, int[] positions, _) = Mask(masker, Sample(128, sample), 0, sample);
            foreach (int position in positions)
                times[masked[position]]++;
        }

        Assert.IsLessThan(ChiSquare.Limit(words - 1), ChiSquare.Of(times[^words..]));
        Assert.AreEqual(0, times[..^words].Sum());
    }

    [TestMethod]
    [DataRow(MaskingUnit.Token)]
    [DataRow(MaskingUnit.WholeWord)]
    [DataRow(MaskingUnit.Span)]
    public void Mask_NothingButDelimiters_MasksNothing(MaskingUnit unit) =>
        Assert.IsEmpty(Mask(new SampleMasker(s_vocabulary, new MaskingOptions { Unit = unit }, 1), [s_vocabulary.ClassificationId, s_vocabulary.SeparatorId], 0, 0).Positions);

    [TestMethod]
    public void Mask_SampleLongerThanAny_IsRefused()
    {
        var masker = new SampleMasker(s_vocabulary, new MaskingOptions(), seed: 3);
        Assert.HasCount(masker.Options.PredictionCount(8192), Mask(masker, Sample(8192, 1), 0, 0).Positions);
        Assert.StartsWith("A sample has 8192 tokens at most; this one has 8193.", Assert.ThrowsExactly<ArgumentException>(() => Mask(masker, Sample(8193, 1), 0, 0)).Message);
    }

    [TestMethod]
    public void Constructor_WrongOptionsOrNoOrdinaryWords_IsRefused()
    {
        Assert.Contains("MaskRate", Assert.ThrowsExactly<ArgumentException>(() => new SampleMasker(s_vocabulary, new MaskingOptions { MaskRate = 2 }, 1)).Message);
        var special = Vocabulary.FromWords([Vocabulary.Pad, Vocabulary.Unknown, Vocabulary.Classification, Vocabulary.Separator, Vocabulary.Mask, "[unused0]"]);
        Assert.Contains("special words only", Assert.ThrowsExactly<ArgumentException>(() => new SampleMasker(special, new MaskingOptions(), 1)).Message);
    }

    private static int[] Sample(int length, int seed)
    {
        var random = new Random(seed);
        return [s_vocabulary.ClassificationId, .. Enumerable.Range(0, length - 2).Select(i => i == 0 ? 5 : random.Next(5, s_vocabulary.Count)), s_vocabulary.SeparatorId];
    }

    private static (int[] Masked, int[] Positions, int[] Originals) Mask(SampleMasker masker, int[] original, long copy, long sample)
    {
        int[] tokens = [.. original], positions = new int[tokens.Length], originals = new int[tokens.Length];
        int count = masker.Mask(tokens, copy, sample, positions, originals);
        return (tokens, positions[..count], originals[..count]);
    }
}
