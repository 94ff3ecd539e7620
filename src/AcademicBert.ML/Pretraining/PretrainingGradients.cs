using AcademicBert.Distributed;
using AcademicBert.Masking;
using AcademicBert.Modeling;
using AcademicBert.Training;
using static TorchSharp.torch;

namespace AcademicBert.Pretraining;

/// <summary>Forward and backward passes of a rank's share of global batches.</summary>
internal sealed class PretrainingGradients(BertModel model, GlobalBatches batches, ProcessGroup ranks, ulong seed)
{
    /// <summary>Samples of the global batch that starts at a position.</summary>
    public int SizeAt(long position) => batches.SizeAt(position);

    /// <summary>Takes the share of the next global batch; the gradients become sums over its masked tokens.</summary>
    public BatchTotals Accumulate(TrainingPosition before, CancellationToken cancellationToken)
    {
        model.Parameters.ZeroGradients();
        BatchTotals totals = default;
        bool fused = model.ReadsHostBatches && !batches.ArePairs;
        double pairWeight = batches.MaskedTokensOfAPair(before.Samples);
        foreach (MaskedBatch batch in batches.Next(before.Samples, cancellationToken))
        {
            ranks.ThrowIfFailed();
            ranks.Activity.Tick();
            var dropout = new DropoutState((uint)(seed ^ seed >> 32), (uint)before.Steps, batch.FirstPosition);
            if (fused)
                model.AccumulateGradients(MaskedBatchOnHost.Of(batch), dropout);
            totals = totals.With(batch, fused ? 0 : ByTensors(batch, pairWeight, dropout));
        }

        return fused ? totals with { LossSum = model.TakeLossSum() } : totals;
    }

    private double ByTensors(MaskedBatch batch, double pairWeight, DropoutState dropout)
    {
        using var scope = NewDisposeScope();
        MaskedBatchTensors tensors = MaskedBatchTensors.Of(batch, model.Device);
        return model.AccumulateGradients(tensors.Input, new MaskedTargets(tensors.Positions_N, tensors.Ids_N, tensors.RandomNext_B, pairWeight), dropout);
    }
}
