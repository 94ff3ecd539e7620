using AcademicBert.Corpus;
using AcademicBert.Distributed;
using AcademicBert.Masking;

namespace AcademicBert.Pretraining;

/// <summary>A rank's share of the batches of a run, one global batch after the other, in micro-batches that are assembled ahead.</summary>
internal sealed class GlobalBatches : IDisposable
{
    private readonly PretrainingOptions _options;
    private readonly MaskedBatchReader _reader;
    private readonly MaskedBatchLoader _loader;
    private readonly MaskedBatch? _scratch;
    private readonly (int Rank, int Size) _ranks;

    /// <param name="corpus">The corpus.</param>
    /// <param name="options">Batch sizes, masking, seed.</param>
    /// <param name="ranks">Who shares them.</param>
    /// <param name="firstPosition">Position in the global order to start at.</param>
    public GlobalBatches(PreparedCorpus corpus, PretrainingOptions options, ProcessGroup ranks, long firstPosition)
    {
        (_options, _ranks) = (options, (ranks.Rank, ranks.Size));
        int microBatch = Math.Min(options.MicroBatchSize, options.BatchSize);
        SentencePairing? pairing = MaskedLanguageModelValidation.Pairing(corpus, corpus.Train, options.Seed);
        _reader = new MaskedBatchReader(
            corpus.Train, new SampleOrder(options.Seed, corpus.Train.SampleCount, options.Copies), new SampleMasker(corpus.Tokenizer.Vocabulary, options.Masking, options.Seed), pairing);
        _scratch = pairing is null ? null : _reader.MakeBatch(microBatch);
        _loader = new MaskedBatchLoader(_reader, BatchRange.Plan(firstPosition, SizeAt, microBatch, ranks.Rank, ranks.Size), microBatch);
    }

    /// <summary>Whether samples are sentence pairs.</summary>
    public bool ArePairs => _scratch is not null;

    /// <summary>
    /// What the loss of a pair is multiplied by, so that sums over a global batch, divided by its masked tokens, are the sum of both
    /// means. It has to be known before the first micro-batch, so the batch is assembled once more; that takes about a microsecond a sample.
    /// 0 for single sequences.
    /// </summary>
    /// <param name="position">First position of the global batch.</param>
    public double MaskedTokensOfAPair(long position) => _scratch is null ? 0 : (double)_reader.CountMasked(position, SizeAt(position), _scratch) / SizeAt(position);

    /// <summary>Samples of the global batch that starts at a position.</summary>
    public int SizeAt(long position) => _options.BatchRamp?.SizeAt(position, _options.BatchSize) ?? _options.BatchSize;

    /// <summary>This rank's micro-batches of the next global batch; each is valid until the next is taken.</summary>
    /// <param name="position">Where it starts.</param>
    /// <param name="cancellationToken">Stops waiting for a batch.</param>
    public IEnumerable<MaskedBatch> Next(long position, CancellationToken cancellationToken)
    {
        int share = BatchRange.Share(position, SizeAt(position), _ranks.Rank, _ranks.Size).Rows;
        for (int rows = 0; rows < share;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!_loader.TryNext(out MaskedBatch? batch, cancellationToken))
                throw new InvalidOperationException("The plan of batches ended before the budget.");
            rows += batch.Rows;
            yield return batch;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _loader.Dispose();
}
