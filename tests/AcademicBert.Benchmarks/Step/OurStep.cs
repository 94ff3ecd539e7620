using AcademicBert.Modeling;
using AcademicBert.Optimization;
using static TorchSharp.torch;

namespace AcademicBert.Benchmarks.Step;

/// <summary>A training step of the library: from arrays on the host to the updated parameters.</summary>
internal sealed class OurStep : IDisposable
{
    private readonly BertModel _model;
    private readonly AdamW _optimizer;
    private readonly int[] _ids, _positions, _targets;
    private readonly StepSettings _settings;
    private uint _step;

    public OurStep(StepSettings settings, StepBatch batch)
    {
        _settings = settings;
        _model = BertModel.Create(settings.Config, HeadSpec.MaskedLanguageModel, seed: 1, settings.Device, settings.Precision, settings.Recompute);
        _optimizer = new AdamW(_model.Parameters, new AdamWOptions());
        _model.Parameters.LossScale.Expect(batch.Positions_N.numel());
        (_ids, _positions, _targets) = (Pinned(batch.Ids_BS), Pinned(batch.Positions_N), Pinned(batch.Targets_N));
    }

    /// <summary>The type of its matrix products.</summary>
    public Native.ElementType ComputeType => _model.ComputeType;

    /// <summary>One step; the batch goes through in micro-batches.</summary>
    /// <returns>The mean loss.</returns>
    public double Step(StepBatch batch)
    {
        using var scope = NewDisposeScope();
        _model.Parameters.ZeroGradients();
        double loss = _model.ReadsHostBatches ? FromHost() : FromTensors(batch);
        _optimizer.Step(1e-4, 1.0 / _positions.Length);
        return loss / _positions.Length;
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        _model.Dispose();
    }

    private double FromTensors(StepBatch batch) =>
        _model.AccumulateGradients(new EncoderInput(batch.Ids_BS), new MaskedTargets(batch.Positions_N, batch.Targets_N), new DropoutState(1, _step++, 0));

    private unsafe double FromHost()
    {
        int length = _settings.Length, next = 0;
        for (int row = 0; row < _settings.Batch; row += _settings.MicroBatch)
        {
            int rows = Math.Min(_settings.MicroBatch, _settings.Batch - row), first = next;
            while (next < _positions.Length && _positions[next] < (row + rows) * length)
                next++;
            int[] positions = [.. _positions[first..next].Select(position => position - row * length)];
            fixed (int* ids = _ids, targets = _targets, at = positions)
                _model.AccumulateGradients(
                    new HostBatch { Rows = rows, Length = length, Ids = (nint)(ids + row * length), Lengths = 0, Positions = (nint)at, Targets = (nint)(targets + first), MaskedCount = next - first },
                    new DropoutState(1, _step, row));
        }

        _step++;
        return _model.TakeLossSum();
    }

    private static int[] Pinned(Tensor values)
    {
        long[] source = values.data<long>().ToArray();
        int[] array = GC.AllocateArray<int>(source.Length, pinned: true);
        for (int i = 0; i < source.Length; i++)
            array[i] = (int)source[i];
        return array;
    }
}
