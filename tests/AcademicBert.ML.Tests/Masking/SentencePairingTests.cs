using AcademicBert.Corpus;
using AcademicBert.Masking;
using AcademicBert.Pretraining;
using AcademicBert.Tests.Corpus;
using AcademicBert.Tests.Pretraining;
using AcademicBert.Tokenization;
using AcademicBert.Training;

namespace AcademicBert.Tests.Masking;

[TestClass]
public sealed class SentencePairingTests
{
    private readonly TextFolder _folder = new();

    [TestCleanup]
    public void CleanUp() => _folder.Dispose();

    [TestMethod]
    public void Copy_ManyPairs_HalfAreRealAndHalfOfAnotherDocument()
    {
        using PreparedCorpus corpus = Build(60);
        var pairing = new SentencePairing(corpus.Train, corpus.Tokenizer.Vocabulary, seed: 1);
        int separator = corpus.Tokenizer.Vocabulary.SeparatorId, random = 0, total = 0;
        int[] slots = new int[corpus.Train.SequenceLength], stored = new int[corpus.Train.SequenceLength];
        for (long copy = 0; copy < 4; copy++)
        {
            for (long sample = 0; sample < corpus.Train.SampleCount; sample++)
            {
                (int length, int second, bool isRandom) = pairing.Copy(sample, copy, slots);
                int[] pair = slots[..length];
                Assert.AreEqual(corpus.Tokenizer.Vocabulary.ClassificationId, pair[0]);
                Assert.AreEqual(separator, pair[second - 1]);
                Assert.AreEqual(separator, pair[^1]);
                Assert.AreEqual(2, pair.Count(id => id == separator));
                int storedLength = corpus.Train.CopySample(sample, stored);
                Assert.AreSequenceEqual(stored[..(second - 1)], pair[..(second - 1)], "the first part stays");
                if (!isRandom)
                    Assert.AreSequenceEqual(stored[..storedLength], pair);

                // Each document has a name of its own, so a random second part has another one.
                if (isRandom)
                    Assert.AreNotEqual(Name(corpus, pair[..second]), Name(corpus, pair[second..]));
                random += isRandom ? 1 : 0;
                total++;
            }
        }

        Assert.AreEqual(0.5, (double)random / total, 0.08);
    }

    [TestMethod]
    public void Copy_SameSeedCopyAndSample_IsTheSame()
    {
        using PreparedCorpus corpus = Build(20);
        int[] first = new int[corpus.Train.SequenceLength], second = new int[corpus.Train.SequenceLength];
        bool[] Flags(ulong seed, long copy) => [.. Enumerable.Range(0, (int)corpus.Train.SampleCount).Select(sample => new SentencePairing(corpus.Train, corpus.Tokenizer.Vocabulary, seed).Copy(sample, copy, first).IsRandom)];
        Assert.AreSequenceEqual(Flags(3, 1), Flags(3, 1));
        Assert.IsFalse(Flags(3, 1).SequenceEqual(Flags(3, 2)));
        Assert.IsFalse(Flags(3, 1).SequenceEqual(Flags(4, 1)));
        var pairing = new SentencePairing(corpus.Train, corpus.Tokenizer.Vocabulary, 3);
        int length = pairing.Copy(5, 1, first).Length;
        Assert.AreEqual(length, pairing.Copy(5, 1, second).Length);
        Assert.AreSequenceEqual(first[..length], second[..length]);
    }

    [TestMethod]
    public void Copy_OneDocumentOnly_PairsWhatFollows()
    {
        using PreparedCorpus corpus = Build(1);
        var pairing = new SentencePairing(corpus.Train, corpus.Tokenizer.Vocabulary, seed: 1);
        int[] slots = new int[corpus.Train.SequenceLength];
        for (long sample = 0; sample < corpus.Train.SampleCount; sample++)
            Assert.IsFalse(pairing.Copy(sample, 0, slots).IsRandom);
    }

    [TestMethod]
    public void Pretraining_SentencePairs_LearnsToTellThemAndKeepsTheHead()
    {
        // Six subjects, each document of one: five of six wrong continuations can be told.
        using PreparedCorpus corpus = Build(Enumerable.Range(0, 240).Select(i => string.Join(' ', Enumerable.Range(0, 10).Select(j => $"{TinyText.Subjects[i % 6].Replace("the ", "The ", StringComparison.Ordinal)} {TinyText.Actions[i % 6]} {TinyText.Times[(i + j) % 4]} {i}."))), heldOut: 0.2);
        PretrainingOptions options = TinyCorpus.Options(400) with { MicroBatchSize = 16, Schedule = new() { Peak = 3e-3 } };
        options = options with { Model = options.Model with { HiddenDropout = 0, AttentionDropout = 0 } };
        string run = _folder["run"];
        using (PretrainingResult result = Pretrainer.Run(options, corpus, run))
            Assert.IsGreaterThan(0.7, result.Validation!.Value.NextSentenceAccuracy!.Value);
        using PretrainedBert loaded = PretrainedBert.Load(Path.Combine(run, "model"));
        Assert.AreEqual(AcademicBert.Modeling.HeadSpec.MaskedLanguageModelWithNextSentence, loaded.Model.Head);
        Assert.AreEqual(2, loaded.Config.TrainedTokenTypes);
        Assert.Contains("ForPreTraining", File.ReadAllText(Path.Combine(run, "model", "config.json")));
    }

    [TestMethod]
    public void Pretraining_SentencePairs_LossDoesNotDependOnTheMicroBatch()
    {
        using PreparedCorpus corpus = Build(30);
        double[] Losses(int microBatch)
        {
            var progress = new RecordedProgress();
            Pretrainer.Run(TinyCorpus.Options(4) with { MicroBatchSize = microBatch }, corpus, progress: progress).Dispose();
            return [.. progress.Steps.Select(step => step.Loss)];
        }

        double[] small = Losses(3), large = Losses(16);
        for (int i = 0; i < small.Length; i++)
            Assert.AreEqual(large[i], small[i], 2e-5 * large[i]);
    }

    private PreparedCorpus Build(int documents) =>
        Build(Enumerable.Range(0, documents).Select(i => string.Join(' ', Enumerable.Range(0, 10).Select(j => $"Name{(char)('a' + i / 26)}{(char)('a' + i % 26)} {TinyText.Actions[(i + j) % 6]}."))));

    private PreparedCorpus Build(IEnumerable<string> texts, double heldOut = 0)
    {
        Vocabulary vocabulary = VocabularyTrainer.Train(texts, new VocabularyTrainerOptions { Size = 1000, MinFrequency = 1 });
        return CorpusBuilder.Build(
            new GivenDocuments(texts), BertWordPieceTokenizer.Create(vocabulary), _folder["corpus"], new CorpusOptions { SequenceLength = 32, HeldOutFraction = heldOut, Packing = PackingMode.SentencePairs });
    }

    private static string Name(PreparedCorpus corpus, int[] part) =>
        part.Select(id => corpus.Tokenizer.Vocabulary[id]).First(word => word.StartsWith("name", StringComparison.Ordinal));
}
