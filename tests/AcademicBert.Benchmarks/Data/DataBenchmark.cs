using System.Diagnostics;
using System.Text;
using AcademicBert.Benchmarks.Measuring;
using AcademicBert.Corpus;
using AcademicBert.Masking;
using AcademicBert.Tokenization;
using Microsoft.ML.Tokenizers;
using Vocabulary = AcademicBert.Tokenization.Vocabulary;

namespace AcademicBert.Benchmarks.Data;

/// <summary>Measures the stages between text and masked batches.</summary>
internal sealed class DataBenchmark(string[] documents, string vocabularyPath, int rounds)
{
    private const long TokenizedBytes = 20_000_000;
    private const int MaskedSamples = 200_000;

    private readonly Report _report = new();
    private readonly BertWordPieceTokenizer _tokenizer = BertWordPieceTokenizer.Create(Vocabulary.Load(vocabularyPath));

    /// <summary>Measures everything and prints the report.</summary>
    public void Run()
    {
        string folder = Directory.CreateTempSubdirectory("academicbert-benchmark-").FullName;
        try
        {
            Tokenize();
            Prepare(folder);
            TrainVocabulary();
            _report.Print();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private void Tokenize()
    {
        string[] sample = Take(TokenizedBytes);
        double megabytes = Bytes(sample) / 1e6;
        int threads = Math.Min(2, Environment.ProcessorCount);
        BertTokenizer theirs = BertTokenizer.Create(vocabularyPath);
        double[] seconds = Interleaved.Medians(
            rounds,
            () => Encode(sample),
            () => Parallel.ForEach(System.Collections.Concurrent.Partitioner.Create(0, sample.Length, 64), new ParallelOptions { MaxDegreeOfParallelism = threads }, range => Encode(sample.AsSpan(range.Item1, range.Item2 - range.Item1))),
            () =>
            {
                foreach (string text in sample)
                    theirs.EncodeToIds(text, addSpecialTokens: false);
            });
        _report.Add("tokenize, 1 thread", "tokenizeMegabytesPerSecond", megabytes / seconds[0], "F0", "MB/s");
        _report.Add("BertTokenizer of Microsoft.ML.Tokenizers", "baselineMegabytesPerSecond", megabytes / seconds[2], "F0", "MB/s");
        _report.Add("ours over it, 1 thread", "ratio", seconds[2] / seconds[0], "F1", "×", "goal 4 ×");
        _report.Add($"scaling to {threads} threads", "scaling", seconds[0] / seconds[1] / threads * 100, "F0", "%", "goal 80 %");
    }

    private void Prepare(string folder)
    {
        string file = Path.Combine(folder, "text.txt");
        using (var writer = new StreamWriter(file, append: false, new UTF8Encoding(false)))
        {
            foreach (string document in documents)
                writer.Write(document.Replace("\n\n", "\n", StringComparison.Ordinal) + "\n\n");
        }

        var layout = new TextFileOptions { Layout = TextLayout.BlankLineSeparated };
        double megabytes = new FileInfo(file).Length / 1e6;
        string corpusFolder = Path.Combine(folder, "corpus");
        List<int> ends = [];
        double[] seconds = Interleaved.Medians(
            Math.Min(rounds, 3),
            () => CorpusBuilder.Build(new TextFileSource(file, layout), _tokenizer, corpusFolder, new CorpusOptions { Overwrite = true }).Dispose(),
            () => new TextFileSource(file, layout).Read().Count(),
            () =>
            {
                foreach (string document in documents)
                    SentenceSplitter.Split(document, ends);
            },
            () => Encode(documents));
        _report.Add("text file to finished store", "storeMegabytesPerSecond", megabytes / seconds[0], "F0", "MB/s", $"goal 50 MB/s; {megabytes:F0} MB on {Environment.ProcessorCount} processors");
        _report.Add("  reading alone, 1 thread", "readMegabytesPerSecond", megabytes / seconds[1], "F0", "MB/s");
        _report.Add("  sentences alone, 1 thread", "sentencesMegabytesPerSecond", megabytes / seconds[2], "F0", "MB/s");
        _report.Add("  tokens alone, 1 thread", "tokensMegabytesPerSecond", megabytes / seconds[3], "F0", "MB/s");
        _report.Add("  sum of the three, shared by the processors", "storeFractionOfParts", (seconds[1] + seconds[2] + seconds[3]) / Environment.ProcessorCount / seconds[0] * 100, "F0", "%", "what is left is packing, writing, checksums and waiting");
        using PreparedCorpus corpus = PreparedCorpus.Open(corpusFolder);
        _report.Add("bytes a stored sample", "bytesPerSample", new[] { "train.tokens", "train.samples" }.Sum(name => new FileInfo(Path.Combine(corpusFolder, name)).Length) / (double)corpus.Train.SampleCount, "F0", "bytes", "the paper's repository: 928");
        _report.Add("fill rate of a sample", "fillRate", corpus.Manifest.Train.FillRate * 100, "F1", "%");
        Mask(corpus);
        _report.Add("loader's share of a training step", "loaderShare", LoaderShare.Measure(corpus) * 100, "F3", "%", "goal below 1 %");
    }

    private void Mask(PreparedCorpus corpus)
    {
        var reader = new MaskedBatchReader(corpus.Train, new SampleOrder(1, corpus.Train.SampleCount, 10), new SampleMasker(_tokenizer.Vocabulary, new MaskingOptions(), 1));
        var batch = new MaskedBatch(32, reader.SequenceLength);
        long allocated = 0;
        double[] seconds = Interleaved.Medians(rounds, () =>
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (long position = 0; position < MaskedSamples; position += 32)
                reader.Read(position, 32, batch);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        });
        _report.Add("masked samples, 1 thread", "maskedSamplesPerSecond", MaskedSamples / seconds[0], "N0", "a second", "goal 1,000,000");
        _report.Add("  managed bytes allocated a sample", "allocatedBytesPerSample", (double)allocated / MaskedSamples, "F3", "bytes", "goal 0");
    }

    private void TrainVocabulary()
    {
        long start = Stopwatch.GetTimestamp();
        Vocabulary vocabulary = VocabularyTrainer.Train(documents);
        _report.Add($"vocabulary of {vocabulary.Count} words from {Bytes(documents) / 1e6:F0} MB", "vocabularySeconds", Stopwatch.GetElapsedTime(start).TotalSeconds, "F1", "s", "goal 15 s");
    }

    private void Encode(ReadOnlySpan<string> texts)
    {
        var ids = new List<int>(1 << 16);
        foreach (string text in texts)
        {
            ids.Clear();
            _tokenizer.AppendIds(text, ids);
        }
    }

    private string[] Take(long bytes)
    {
        long sum = 0;
        return [.. documents.TakeWhile(document => (sum += document.Length) < bytes)];
    }

    private static long Bytes(IEnumerable<string> texts) => texts.Sum(text => (long)Encoding.UTF8.GetByteCount(text));
}
