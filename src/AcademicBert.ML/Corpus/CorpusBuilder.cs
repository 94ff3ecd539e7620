using System.Collections.Concurrent;
using System.Diagnostics;
using AcademicBert.Tokenization;

namespace AcademicBert.Corpus;

/// <summary>Prepares a corpus: text in, a folder of tokenized samples out.</summary>
public static class CorpusBuilder
{
    /// <summary>Characters of text that are worked on at a time: enough to make handing over cheap, little enough to bound memory.</summary>
    private const int BatchLength = 1 << 18;

    private static readonly TimeSpan s_reportInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>Reads, splits, tokenizes and packs a source on all processors, in bounded memory.</summary>
    /// <param name="source">The documents.</param>
    /// <param name="tokenizer">Makes tokens of them.</param>
    /// <param name="folder">The corpus folder; must not exist, be empty, or hold a corpus that may be overwritten. It appears when it is complete.</param>
    /// <param name="options">How to prepare; validated here.</param>
    /// <param name="progress">Told how far it is, a few times a second.</param>
    /// <param name="cancellationToken">Stops the preparation; nothing is left behind.</param>
    /// <returns>The finished corpus, opened.</returns>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="InvalidDataException">There is no text, or text that cannot be read; the message names the file.</exception>
    /// <exception cref="IOException">The folder is taken, or cannot be written.</exception>
    public static PreparedCorpus Build(
        IDocumentSource source, BertWordPieceTokenizer tokenizer, string folder, CorpusOptions options,
        IProgress<CorpusProgress>? progress = null, CancellationToken cancellationToken = default) =>
        Build(source, tokenizer, folder, options, null, progress, cancellationToken);

    /// <param name="source">The documents.</param>
    /// <param name="tokenizer">Makes tokens of them.</param>
    /// <param name="folder">The corpus folder.</param>
    /// <param name="options">How to prepare.</param>
    /// <param name="training">How the tokenizer's vocabulary was trained from the same documents; null: it was given.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="cancellationToken">Stops the preparation.</param>
    internal static PreparedCorpus Build(
        IDocumentSource source, BertWordPieceTokenizer tokenizer, string folder, CorpusOptions options, VocabularyTrainerOptions? training,
        IProgress<CorpusProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        options.Validate();
        using (var target = new CorpusFolder(folder, options.Overwrite))
        {
            Fill(target.WorkingFolder, source, tokenizer, options, training, progress, cancellationToken);
            target.Publish();
        }

        return PreparedCorpus.Open(folder, CorpusVerification.Headers);
    }

    private static void Fill(
        string folder, IDocumentSource source, BertWordPieceTokenizer tokenizer, CorpusOptions options, VocabularyTrainerOptions? training,
        IProgress<CorpusProgress>? progress, CancellationToken cancellationToken)
    {
        using var writer = new CorpusWriter(folder, tokenizer, options);
        var buffers = new ConcurrentBag<TokenizedDocuments>();
        var clock = Stopwatch.StartNew();
        TimeSpan reported = TimeSpan.Zero;

        using IEnumerator<List<Document>> batches = Batches(source.Read(cancellationToken)).GetEnumerator();
        new OrderedPipeline<List<Document>, TokenizedDocuments>(
            batches, Tokenize, Deliver, options.Threads > 0 ? options.Threads : Environment.ProcessorCount, cancellationToken).Run();
        tokenizer.Vocabulary.Save(Path.Combine(folder, "vocab.txt"));
        CorpusManifest manifest = writer.Complete(source.Description) with { SourceFingerprint = (source as IFingerprintedSource)?.Fingerprint(cancellationToken), VocabularyTraining = training };
        manifest.Save(folder);
        Report();

        TokenizedDocuments Tokenize(List<Document> documents)
        {
            TokenizedDocuments tokenized = buffers.TryTake(out TokenizedDocuments? used) ? used : new TokenizedDocuments();
            tokenized.Fill(documents, tokenizer, options);
            return tokenized;
        }

        void Deliver(TokenizedDocuments tokenized)
        {
            writer.Write(tokenized);
            buffers.Add(tokenized);
            if (clock.Elapsed - reported >= s_reportInterval)
                Report();
        }

        void Report()
        {
            reported = clock.Elapsed;
            progress?.Report(new CorpusProgress(writer.Documents, writer.Bytes, writer.Tokens, reported, (source as IReadingProgress)?.FractionRead));
        }
    }

    private static IEnumerable<List<Document>> Batches(IEnumerable<Document> documents)
    {
        List<Document> batch = [];
        int length = 0;
        foreach (Document document in documents)
        {
            batch.Add(document);
            length += document.Text.Length;
            if (length >= BatchLength)
            {
                yield return batch;
                (batch, length) = ([], 0);
            }
        }

        if (batch.Count > 0)
            yield return batch;
    }
}
