using AcademicBert.Corpus;
using AcademicBert.Distributed;
using AcademicBert.Masking;
using AcademicBert.Modeling;
using AcademicBert.Tensors;
using AcademicBert.Training;
using static TorchSharp.torch;

namespace AcademicBert.Pretraining;

/// <summary>Forward and backward passes of a rank's share of global batches, in micro-batches that are halved when memory does not hold them.</summary>
internal sealed class PretrainingGradients : IDisposable
{
    private readonly BertModel _model;
    private readonly PreparedCorpus _corpus;
    private readonly ProcessGroup _ranks;
    private readonly Action<string> _log;
    private PretrainingOptions _options;
    private GlobalBatches _batches;

    /// <param name="model">Receives the gradients.</param>
    /// <param name="corpus">The corpus.</param>
    /// <param name="options">Batch sizes, masking, seed.</param>
    /// <param name="ranks">Who shares the batches.</param>
    /// <param name="firstPosition">Position in the global order to start at.</param>
    /// <param name="log">Told of smaller micro-batches.</param>
    public PretrainingGradients(BertModel model, PreparedCorpus corpus, PretrainingOptions options, ProcessGroup ranks, long firstPosition, Action<string> log)
    {
        (_model, _corpus, _options, _ranks, _log) = (model, corpus, options, ranks, log);
        _batches = new GlobalBatches(corpus, options, ranks, firstPosition);
    }

    /// <summary>Samples of a micro-batch.</summary>
    public int MicroBatchSize => Math.Min(_options.MicroBatchSize, _options.BatchSize);

    /// <summary>Samples of the global batch that starts at a position.</summary>
    public int SizeAt(long position) => _batches.SizeAt(position);

    /// <summary>Takes the share of the next global batch; the gradients become sums over its masked tokens.</summary>
    public BatchTotals Accumulate(TrainingPosition before, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return Pass(before, cancellationToken);
            }
            catch (Exception error) when (DeviceMemory.IsExhausted(error) && MicroBatchSize > 1)
            {
                Halve(before.Samples);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _batches.Dispose();

    private BatchTotals Pass(TrainingPosition before, CancellationToken cancellationToken)
    {
        _model.Parameters.ZeroGradients();
        BatchTotals totals = default;
        bool fused = _model.ReadsHostBatches && !_batches.ArePairs;
        double pairWeight = _batches.MaskedTokensOfAPair(before.Samples);
        foreach (MaskedBatch batch in _batches.Next(before.Samples, cancellationToken))
        {
            _ranks.ThrowIfFailed();
            _ranks.Activity.Tick();
            var dropout = new DropoutState((uint)(_options.Seed ^ _options.Seed >> 32), (uint)before.Steps, batch.FirstPosition);
            if (fused)
                _model.AccumulateGradients(MaskedBatchOnHost.Of(batch), dropout);
            totals = totals.With(batch, fused ? 0 : ByTensors(batch, pairWeight, dropout));
        }

        return fused ? totals with { LossSum = _model.TakeLossSum() } : totals;
    }

    private double ByTensors(MaskedBatch batch, double pairWeight, DropoutState dropout)
    {
        using var scope = NewDisposeScope();
        MaskedBatchTensors tensors = MaskedBatchTensors.Of(batch, _model.Device);
        return _model.AccumulateGradients(tensors.Input, new MaskedTargets(tensors.Positions_N, tensors.Ids_N, tensors.RandomNext_B, pairWeight), dropout);
    }

    // Nothing of the step has reached the parameters: it is begun again.
    private void Halve(long position)
    {
        int tooLarge = MicroBatchSize;
        _options = _options with { MicroBatchSize = (tooLarge + 1) / 2 };
        _log($"There is not enough memory for micro-batches of {tooLarge} samples; they have {MicroBatchSize} from here on. The global batch stays; sums are rounded in another order.");
        _model.ReleaseMemory();
        _batches.Dispose();
        _batches = new GlobalBatches(_corpus, _options, _ranks, position);
    }
}
