using AcademicBert.Corpus;
using CsCheck;

namespace AcademicBert.Tests.Corpus;

[TestClass]
public sealed class SamplePackerPropertyTests
{
    private const int Separator = PackedSamples.Separator, Vocabulary = PackedSamples.Vocabulary;

    [TestMethod]
    public void Add_AnyDocumentsAndPacking_StoresEveryTokenOnceInOrder() =>
        Gen.Select(Gen.Enum<PackingMode>(), Gen.Int[8, 40], Gen.Double[0, 1], Gen.ULong, Gen.Int[1, 60].Array[1, 9].Array[1, 12], Gen.Int[5, Vocabulary - 1]).Sample((packing, length, shortShare, seed, documents, first) =>
        {
            var options = new CorpusOptions { SequenceLength = length, Packing = packing, ShortSampleProbability = shortShare < 0.5 ? 0 : shortShare, Seed = seed };
            int next = first;
            int[][][] sentences = [.. documents.Select(lengths => lengths.Select(count => Enumerable.Range(0, count).Select(_ => next = next + 1 < Vocabulary ? next + 1 : 5).ToArray()).ToArray())];
            (List<int[]> samples, long separators, _) = PackedSamples.Of(options, sentences);
            int[] stored = [.. samples.SelectMany(sample => sample)];
            Assert.AreSequenceEqual(sentences.SelectMany(document => document.SelectMany(sentence => sentence)), stored.Where(id => id != Separator));
            Assert.AreEqual(separators, stored.Count(id => id == Separator));
            Assert.IsTrue(samples.All(sample => sample.Length >= 1 && sample.Length <= length - 2 && sample[0] != Separator && sample[^1] != Separator));
        }, iter: 120, threads: 1);

    [TestMethod]
    public void Add_BySentences_KeepsASampleInOneDocumentAndBeginsDocumentsWithASample() =>
        Gen.Select(Gen.Int[8, 40], Gen.Int[1, 60].Array[1, 9].Array[1, 12]).Sample((length, documents) =>
        {
            int[][][] sentences = [.. documents.Select((lengths, number) => lengths.Select(count => Enumerable.Repeat(5 + number, count).ToArray()).ToArray())];
            PackedSamples packed = PackedSamples.Of(new CorpusOptions { SequenceLength = length, Packing = PackingMode.Sentences }, sentences);
            return packed.Samples.All(sample => sample.Distinct().Count() == 1)
                && packed.Starts.SequenceEqual(Enumerable.Range(1, packed.Samples.Count - 1).Where(index => packed.Samples[index][0] != packed.Samples[index - 1][0]));
        }, iter: 60, threads: 1);
}
