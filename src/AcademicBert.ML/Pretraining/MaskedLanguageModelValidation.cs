using AcademicBert.Corpus;
using AcademicBert.Distributed;
using AcademicBert.Masking;
using AcademicBert.Modeling;
using AcademicBert.Training;
using static TorchSharp.torch;

namespace AcademicBert.Pretraining;

/// <summary>Measures loss and accuracy on the held-out samples: always the same ones, with the same masks, weighted by token, without dropout.</summary>
internal sealed class MaskedLanguageModelValidation
{
    // Different from any training seed's masks only in that the samples are other ones; fixed so that runs of all seeds compare.
    private const ulong MaskSeed = 0;

    private readonly MaskedBatchReader _reader;
    private readonly MaskedBatch _batch;
    private readonly long _samples;
    private readonly ProcessGroup _ranks;

    public MaskedLanguageModelValidation(TokenStore store, SampleMasker masker, SentencePairing? pairing, int microBatch, long maxSamples, ProcessGroup ranks)
    {
        _ranks = ranks;
        _reader = new MaskedBatchReader(store, SampleOrder.Sequential(store.SampleCount), masker, pairing);
        _samples = maxSamples > 0 ? Math.Min(maxSamples, store.SampleCount) : store.SampleCount;
        _batch = _reader.MakeBatch((int)Math.Min(microBatch, _samples));
    }

    /// <summary>A validation on the held-out samples of a corpus; null if it has none.</summary>
    public static MaskedLanguageModelValidation? Of(PreparedCorpus corpus, PretrainingOptions options, ProcessGroup ranks) =>
        corpus.Validation.SampleCount == 0
            ? null
            : new MaskedLanguageModelValidation(
                corpus.Validation, new SampleMasker(corpus.Tokenizer.Vocabulary, options.Masking, MaskSeed), Pairing(corpus, corpus.Validation, MaskSeed), options.MicroBatchSize, options.Validation.MaxSamples, ranks);

    /// <summary>Number of held-out samples that are scored.</summary>
    public long Samples => _samples;

    /// <summary>How the samples of a store are paired; null where the corpus has single sequences.</summary>
    public static SentencePairing? Pairing(PreparedCorpus corpus, TokenStore store, ulong seed) =>
        corpus.Manifest.Packing == PackingMode.SentencePairs ? new SentencePairing(store, corpus.Tokenizer.Vocabulary, seed) : null;

    /// <summary>Collective: scores a model, each rank on its share of the batches.</summary>
    public ValidationScore Score(BertModel model, CancellationToken cancellationToken = default)
    {
        using IDisposable frozen = no_grad();
        double loss = 0;
        long right = 0, masked = 0, rightPairs = 0;
        for (long position = (long)_ranks.Rank * _batch.Capacity; position < _samples; position += (long)_ranks.Size * _batch.Capacity)
        {
            cancellationToken.ThrowIfCancellationRequested();
            _ranks.ThrowIfFailed();
            _ranks.Activity.Tick();
            _reader.Read(position, (int)Math.Min(_batch.Capacity, _samples - position), _batch);
            using var scope = NewDisposeScope();
            MaskedBatchTensors tensors = MaskedBatchTensors.Of(_batch, model.Device);
            Tensor hidden_BSH = model.Encode(tensors.Input);
            Tensor logits_NV = model.MaskedLogits(hidden_BSH, tensors.Positions_N);
            loss += nn.functional.cross_entropy(logits_NV, tensors.Ids_N, reduction: nn.Reduction.Sum).item<float>();
            right += logits_NV.argmax(1).eq(tensors.Ids_N).sum().item<long>();
            masked += _batch.MaskedCount;
            if (tensors.RandomNext_B is { } random_B)
                rightPairs += model.NextSentenceLogits(hidden_BSH).argmax(1).eq(random_B).sum().item<long>();
        }

        Span<double> sums = [loss, right, masked, rightPairs];
        _ranks.Sum(sums);
        return new ValidationScore(sums[0] / sums[2], sums[1] / sums[2], (long)sums[2], model.Head.Pools ? sums[3] / _samples : null);
    }
}
