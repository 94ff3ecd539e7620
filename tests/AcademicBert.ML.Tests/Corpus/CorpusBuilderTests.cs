using AcademicBert.Corpus;
using AcademicBert.Tests.Pretraining;
using AcademicBert.Tokenization;

namespace AcademicBert.Tests.Corpus;

[TestClass]
public sealed class CorpusBuilderTests
{
    private readonly TextFolder _folder = new();
    private readonly BertWordPieceTokenizer _tokenizer =
        BertWordPieceTokenizer.Create(VocabularyTrainer.Train(new TinyText(20).Read().Select(document => document.Text), new VocabularyTrainerOptions { Size = 150 }));

    [TestCleanup]
    public void CleanUp() => _folder.Dispose();

    [TestMethod]
    [DataRow(PackingMode.Sentences)]
    [DataRow(PackingMode.Full)]
    public void Build_AnyPacking_StoresEveryTokenInOrder(PackingMode packing)
    {
        // One very long sentence among short ones: it has to be cut, and its rest carried on.
        string[] texts = [.. new TinyText(8).Read().Select(document => document.Text), string.Join(' ', Enumerable.Repeat("the baker bakes bread", 30)) + "."];
        using PreparedCorpus corpus = Build(texts, new CorpusOptions { SequenceLength = 24, HeldOutFraction = 0, Packing = packing });
        var expected = new List<int>();
        foreach (string text in texts)
            _tokenizer.AppendIds(text, expected);
        int separator = _tokenizer.Vocabulary.SeparatorId;
        Assert.AreSequenceEqual(expected, Samples(corpus.Train).SelectMany(sample => sample[1..^1]).Where(id => id != separator));
        Assert.AreEqual(expected.Count, corpus.Manifest.Tokens);
    }

    [TestMethod]
    public void Build_SentencePacking_KeepsSamplesInOneDocumentAndWholeSentences()
    {
        using PreparedCorpus corpus = Build([.. new TinyText(6).Read().Select(document => document.Text.Replace("the ", "The ", StringComparison.Ordinal))], new CorpusOptions { SequenceLength = 32, HeldOutFraction = 0 });
        int stop = _tokenizer.Vocabulary.Words.ToList().IndexOf(".");
        foreach (int[] sample in Samples(corpus.Train))
        {
            Assert.IsLessThanOrEqualTo(32, sample.Length);
            Assert.AreEqual(_tokenizer.Vocabulary.ClassificationId, sample[0]);
            Assert.AreEqual(_tokenizer.Vocabulary.SeparatorId, sample[^1]);
            Assert.AreEqual(stop, sample[^2], "every sample ends with a sentence");
        }
    }

    [TestMethod]
    public void Build_FullPacking_LeavesNoSlotEmptyButInTheLastSample()
    {
        using PreparedCorpus corpus = Build([.. new TinyText(20).Read().Select(document => document.Text)], new CorpusOptions { SequenceLength = 32, HeldOutFraction = 0, Packing = PackingMode.Full });
        int[] lengths = [.. Samples(corpus.Train).Select(sample => sample.Length)];
        Assert.IsTrue(lengths[..^1].All(length => length >= 30), "a sample may lack the two slots a separator and a token need");
        Assert.IsGreaterThan(0.98, corpus.Manifest.Train.FillRate);
    }

    [TestMethod]
    public void Build_HeldOut_IsUnbiasedByLengthAndStableWhenDocumentsAreAdded()
    {
        string[] words = [.. TinyText.Subjects.Select(subject => subject["the ".Length..])];
        string Name(int i) => $"The {words[i % 6]} {words[i / 6 % 6]} {words[i / 36 % 6]} {words[i / 216 % 6]}.";
        string[] texts = [.. Enumerable.Range(0, 600).Select(i => string.Join(' ', Enumerable.Repeat(Name(i), i % 2 == 0 ? 2 : 40)))];
        var options = new CorpusOptions { SequenceLength = 24, HeldOutFraction = 0.3 };
        using PreparedCorpus corpus = Build(texts, options, "first");
        long held = corpus.Manifest.Validation.DocumentCount;
        Assert.IsGreaterThan(130, held);
        Assert.IsLessThan(230, held);
        using PreparedCorpus more = Build([.. texts, .. texts.Select(text => text + " Every morning.")], options, "more");
        HashSet<string> before = [.. Samples(corpus.Validation).Select(Key)], after = [.. Samples(more.Validation).Select(Key)];
        Assert.IsTrue(before.IsSubsetOf(after), "a held-out document stays held out");
        Assert.IsFalse(Samples(corpus.Train).Select(Key).Any(before.Contains));
    }

    [TestMethod]
    public void Build_AnyNumberOfThreads_WritesTheSameBytes()
    {
        string[] texts = [.. new TinyText(400).Read().Select(document => document.Text)];
        Build(texts, new CorpusOptions { Threads = 1, SequenceLength = 32 }, "one").Dispose();
        Build(texts, new CorpusOptions { Threads = 5, SequenceLength = 32 }, "five").Dispose();
        foreach (string file in (string[])["train.tokens", "train.samples", "validation.tokens", "validation.samples", "corpus.json"])
            Assert.AreSequenceEqual(File.ReadAllBytes(_folder[$"one/{file}"]), File.ReadAllBytes(_folder[$"five/{file}"]), file);
    }

    [TestMethod]
    public void Build_DuplicatesAndLengthLimits_AreLeftOutAndCounted()
    {
        string[] texts = ["the baker bakes bread.", "the baker bakes bread.", "x", "the pilot flies planes every morning all year long.", ""];
        using PreparedCorpus corpus = Build(texts, new CorpusOptions { SequenceLength = 16, HeldOutFraction = 0, RemoveDuplicates = true, MinDocumentLength = 5, MaxDocumentLength = 40 });
        Assert.AreEqual(5, corpus.Manifest.DocumentsRead);
        Assert.AreEqual(1, corpus.Manifest.DuplicateDocuments);
        Assert.AreEqual(3, corpus.Manifest.FilteredDocuments);
        Assert.AreEqual(1, corpus.Manifest.Train.DocumentCount);
    }

    [TestMethod]
    public void Build_Files_ReportsHowFarItIsAndTheTimeLeft()
    {
        for (int file = 0; file < 4; file++)
            _folder.Write($"text/{file}.txt", string.Concat(Enumerable.Repeat($"The baker bakes bread {file}.\n", 60_000)));
        var reports = new List<CorpusProgress>();
        var source = new CombinedSource(new TextFileSource(_folder["text"], new TextFileOptions { Layout = TextLayout.DocumentPerLine }));
        CorpusBuilder.Build(source, _tokenizer, _folder["corpus"], new CorpusOptions(), new Recorded(reports)).Dispose();
        Assert.AreEqual(1, reports[^1].Fraction!.Value, 1e-9);
        Assert.AreEqual(240_000, reports[^1].Documents);
        Assert.IsTrue(reports.Zip(reports.Skip(1)).All(pair => pair.First.Fraction <= pair.Second.Fraction && pair.First.Bytes <= pair.Second.Bytes));
        Assert.IsGreaterThan(0, reports[^1].MegabytesPerSecond);
        Assert.AreEqual(TimeSpan.Zero, reports[^1].TimeLeft);
    }

    [TestMethod]
    public void Build_NoText_SaysSoAndLeavesNothing()
    {
        string message = Assert.ThrowsExactly<InvalidDataException>(() => Build(["", "  \n"], new CorpusOptions())).Message;
        Assert.Contains("no text in 2 documents", message);
        Assert.IsEmpty(Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    [TestMethod]
    public void Build_Cancelled_LeavesNothing()
    {
        using var stop = new CancellationTokenSource();
        IEnumerable<string> Texts()
        {
            for (int i = 0; i < 100_000; i++)
            {
                if (i == 5000)
                    stop.Cancel();
                yield return "the baker bakes bread every morning.";
            }
        }

        Assert.Throws<OperationCanceledException>(() => CorpusBuilder.Build(new GivenDocuments(Texts()), _tokenizer, _folder["corpus"], new CorpusOptions(), cancellationToken: stop.Token));
        Assert.IsEmpty(Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    [TestMethod]
    public void Build_FolderTaken_IsRefusedUnlessOverwritten()
    {
        string[] texts = [.. new TinyText(5).Read().Select(document => document.Text)];
        Build(texts, new CorpusOptions()).Dispose();
        Assert.Contains("Overwrite", Assert.ThrowsExactly<IOException>(() => Build(texts, new CorpusOptions())).Message);
        Build(texts[..3], new CorpusOptions { Overwrite = true }).Dispose();
        _folder.Write("other/notes.txt", "mine");
        Assert.Contains("other files", Assert.ThrowsExactly<IOException>(() => Build(texts, new CorpusOptions { Overwrite = true }, "other")).Message);
        Assert.AreEqual("mine", File.ReadAllText(_folder["other/notes.txt"]));
    }

    [TestMethod]
    public void Build_LeftoversOfAKilledRun_AreReplaced()
    {
        _folder.Write("corpus.partial/train.tokens", "half");
        Build(["the baker bakes bread.", "the pilot flies planes."], new CorpusOptions { HeldOutFraction = 0 }).Dispose();
        Assert.IsFalse(Directory.Exists(_folder["corpus.partial"]));
    }

    private PreparedCorpus Build(IEnumerable<string> texts, CorpusOptions options, string name = "corpus") =>
        CorpusBuilder.Build(new GivenDocuments(texts), _tokenizer, _folder[name], options);

    private sealed class Recorded(List<CorpusProgress> reports) : IProgress<CorpusProgress>
    {
        public void Report(CorpusProgress value) => reports.Add(value);
    }

    private static string Key(int[] sample) => string.Join(' ', sample);

    private static List<int[]> Samples(TokenStore store)
    {
        int[] buffer = new int[store.SequenceLength];
        List<int[]> samples = [];
        for (long i = 0; i < store.SampleCount; i++)
            samples.Add(buffer[..store.CopySample(i, buffer)]);
        return samples;
    }
}
