using AcademicBert.Masking;
using AcademicBert.Tokenization;
using CsCheck;

namespace AcademicBert.Tests.Masking;

[TestClass]
public sealed class SampleMaskerPropertyTests
{
    private static readonly Vocabulary s_vocabulary = Vocabulary.FromWords(
        [Vocabulary.Pad, Vocabulary.Unknown, Vocabulary.Classification, Vocabulary.Separator, Vocabulary.Mask, "[unused0]", .. Enumerable.Range(0, 90).Select(i => i % 3 == 2 ? $"##p{i}" : $"w{i}")]);

    private static readonly Gen<MaskingOptions> s_options =
        Gen.Select(Gen.Double[0.01, 0.9], Gen.Int[1, 200], Gen.Bool, Gen.Double[0, 1], Gen.Double[0, 1], Gen.Enum<MaskingUnit>(), Gen.Select(Gen.Double[0.05, 1], Gen.Int[1, 256]))
            .Select((rate, most, limited, mask, random, unit, span) => new MaskingOptions
            {
                MaskRate = rate,
                MaxPredictions = limited ? most : null,
                MaskTokenShare = mask,
                RandomTokenShare = (1 - mask) * random,
                Unit = unit,
                SpanEndProbability = span.Item1,
                MaxSpanWords = span.Item2,
            });

    [TestMethod]
    public void Mask_AnyOptionsAndSample_MasksTheRightNumberOfOrdinaryTokensAndSaysWhatTheyWere() =>
        Gen.Select(s_options, Gen.Int[0, s_vocabulary.Count - 1].Array[1, 300], Gen.ULong, Gen.Select(Gen.Long[0, long.MaxValue], Gen.Long[0, long.MaxValue])).Sample((options, ids, seed, place) =>
        {
            var masker = new SampleMasker(s_vocabulary, options, seed);
            int[] original = [s_vocabulary.ClassificationId, .. ids, s_vocabulary.SeparatorId];
            (int[] masked, int[] positions, int[] originals) = Mask(masker, original, place);
            int candidates = original.Count(id => id != s_vocabulary.ClassificationId && id != s_vocabulary.SeparatorId);
            int count = Math.Min(options.PredictionCount(original.Length), candidates);
            Assert.IsLessThanOrEqualTo(count, positions.Length);
            if (options.Unit == MaskingUnit.Token)
                Assert.HasCount(count, positions);
            Assert.AreSequenceEqual(positions.Distinct().Order(), positions);
            int[] restored = [.. masked];
            foreach ((int position, int id) in positions.Zip(originals))
            {
                Assert.IsFalse(id == s_vocabulary.ClassificationId || id == s_vocabulary.SeparatorId, "delimiters are never masked");
                Assert.IsTrue(masked[position] == id || masked[position] == s_vocabulary.MaskId || !s_vocabulary.IsSpecial(masked[position]), "random words are ordinary ones");
                restored[position] = id;
            }

            Assert.AreSequenceEqual(original, restored);
            Assert.AreSequenceEqual(masked, Mask(new SampleMasker(s_vocabulary, options, seed), original, place).Masked, message: "the same seed, copy and sample");
        }, iter: 300, threads: 1);

    private static (int[] Masked, int[] Positions, int[] Originals) Mask(SampleMasker masker, int[] original, (long Copy, long Sample) place)
    {
        int[] tokens = [.. original], positions = new int[tokens.Length], originals = new int[tokens.Length];
        int count = masker.Mask(tokens, place.Copy, place.Sample, positions, originals);
        return (tokens, positions[..count], originals[..count]);
    }
}
