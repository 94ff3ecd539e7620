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

    [TestMethod]
    public void Mask_NothingButDelimiters_MasksNothing() =>
        Assert.IsEmpty(Mask(new SampleMasker(s_vocabulary, new MaskingOptions(), 1), [s_vocabulary.ClassificationId, s_vocabulary.SeparatorId], 0, 0).Positions);

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
