using AcademicBert.Modeling;
using AcademicBert.Optimization;
using static TorchSharp.torch;

namespace AcademicBert.Distributed;

/// <summary>
/// AdamW over the ranks of a group: gradients are summed, the update is decided on together, and every rank ends with the same parameters,
/// bit for bit, whether it updates all of them or only its share (ZeRO stage 1).
/// </summary>
internal sealed class ParallelOptimizer : IDisposable
{
    private readonly FlatParameters _parameters;
    private readonly AdamWOptions _options;
    private readonly ProcessGroup _group;
    private readonly bool _sharded;
    private readonly RankParts _parts;
    private readonly GradientExchange? _exchange;
    private readonly AdamW _adam;

    /// <param name="parameters">The parameters; equal on all ranks, or given by rank 0 in <see cref="Load"/>.</param>
    /// <param name="options">AdamW's settings.</param>
    /// <param name="group">The ranks.</param>
    /// <param name="collectives">How their large buffers travel; null for a group of one.</param>
    /// <param name="distributed">How they share the work.</param>
    public ParallelOptimizer(FlatParameters parameters, AdamWOptions options, ProcessGroup group, BufferCollectives? collectives, DistributedOptions distributed)
    {
        (_parameters, _options, _group) = (parameters, options, group);
        _parts = new RankParts(parameters.UsedLength, group.Size, (long)distributed.ChunkMegabytes << 20);
        _sharded = distributed.ShardOptimizer && group.Size > 1;
        if (collectives is not null)
            _exchange = new GradientExchange(parameters, collectives, _parts, group.Rank, distributed.Reduction);
        _adam = _sharded ? new AdamW(parameters, options, _parts.OwnedLength, parameters.Values.device) : new AdamW(parameters, options);
    }

    /// <summary>Updates applied so far.</summary>
    public long Steps => _adam.Steps;

    /// <summary>Collective: sums the gradients over the ranks, and figures with them.</summary>
    /// <param name="figures">This rank's; receives the sums.</param>
    /// <returns>Norm of the summed gradients; not finite when an element of any rank is not.</returns>
    public double Reduce(Span<double> figures)
    {
        if (_exchange is null)
            return Math.Sqrt(_adam.SquaredGradients(0, _parameters.UsedLength));
        double squares = 0;
        _exchange.ReduceGradients(chunk => squares += _adam.SquaredGradients(_parts.PartBegin(chunk, _group.Rank), _parts.PartLength(chunk)));
        double[] sums = [squares, .. figures];
        _group.Sum(sums);
        sums.AsSpan(1).CopyTo(figures);
        return Math.Sqrt(sums[0]);
    }

    /// <summary>Collective: updates all parameters from the reduced gradients; every rank calls it with the same arguments, or none does.</summary>
    /// <param name="learningRate">Learning rate of the update.</param>
    /// <param name="gradientScale">What the gradients are multiplied by first.</param>
    /// <param name="norm">Their norm, finite, so multiplied.</param>
    public void Update(double learningRate, double gradientScale, double norm)
    {
        AdamWUpdate update = _adam.Begin(learningRate, gradientScale, norm);
        if (_exchange is null)
            _adam.Apply(update, 0, _parameters.UsedLength, 0);
        else if (_sharded)
            UpdateOwned(update);
        else
            UpdateAll(update);
        _parameters.Changed();
    }

    /// <summary>Collective: rank 0 gets the whole state of the optimizer, whoever owns its parts, to write it.</summary>
    public void Save(Action<AdamW> write)
    {
        if (!_sharded)
        {
            if (_group.IsRoot)
                write(_adam);
            return;
        }

        using AdamW? whole = _group.IsRoot ? Whole() : null;
        GatherMoments(_adam.FirstMoments, whole?.FirstMoments);
        GatherMoments(_adam.SecondMoments, whole?.SecondMoments);
        if (whole is null)
            return;
        whole.Steps = _adam.Steps;
        write(whole);
    }

    /// <summary>Collective: rank 0 reads parameters and the whole state of the optimizer, and all ranks take them.</summary>
    public void Load(Action<AdamW> read)
    {
        using AdamW? whole = _group.IsRoot && _sharded ? Whole() : null;
        if (_group.IsRoot)
            read(whole ?? _adam);
        if (_exchange is null)
            return;
        _exchange.Broadcast(_parameters.Values, _parameters.UsedLength);
        _adam.Steps = (long)_group.OfRoot((double)(whole ?? _adam).Steps);
        SpreadMoments(whole?.FirstMoments, _adam.FirstMoments);
        SpreadMoments(whole?.SecondMoments, _adam.SecondMoments);
        _parameters.Changed();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _adam.Dispose();
        _exchange?.Dispose();
    }

    private AdamW Whole() => new(_parameters, _options, _parameters.Values.numel(), CPU);

    private void UpdateOwned(AdamWUpdate update)
    {
        var gathering = new List<IPendingCollective>();
        for (int chunk = 0; chunk < _parts.Chunks; chunk++)
        {
            _adam.Apply(update, _parts.PartBegin(chunk, _group.Rank), _parts.PartLength(chunk), _parts.OwnedBegin(chunk));
            gathering.Add(_exchange!.Gather(_parameters.Values, _parts.Begin(chunk), chunk));
        }

        foreach (IPendingCollective values in gathering)
            values.Wait();
    }

    private void UpdateAll(AdamWUpdate update)
    {
        // LAMB scales each tensor by its norms, so that it needs them whole.
        bool atOnce = _options.Variant == AdamWVariant.Lamb;
        _exchange!.GatherGradients(chunk =>
        {
            if (!atOnce)
                _adam.Apply(update, _parts.Begin(chunk), _parts.Length(chunk), _parts.Begin(chunk));
        });
        if (atOnce)
            _adam.Apply(update, 0, _parameters.UsedLength, 0);
    }

    private void GatherMoments(Tensor owned, Tensor? whole) => ForEachChunk((chunk, scratch) =>
    {
        (long begin, long length) = (_parts.PartBegin(chunk, _group.Rank) - _parts.Begin(chunk), _parts.PartLength(chunk));
        scratch.narrow(0, begin, length).copy_(owned.narrow(0, _parts.OwnedBegin(chunk), length));
        _exchange!.Gather(scratch, 0, chunk).Wait();
        whole?.narrow(0, _parts.Begin(chunk), _parts.Length(chunk)).copy_(scratch.narrow(0, 0, _parts.Length(chunk)));
    });

    private void SpreadMoments(Tensor? whole, Tensor owned)
    {
        if (!_sharded)
        {
            _exchange!.Broadcast(owned, _parameters.UsedLength);
            return;
        }

        ForEachChunk((chunk, scratch) =>
        {
            if (whole is not null)
                scratch.narrow(0, 0, _parts.Length(chunk)).copy_(whole.narrow(0, _parts.Begin(chunk), _parts.Length(chunk)));
            _exchange!.Broadcast(scratch, _parts.Length(chunk));
            (long begin, long length) = (_parts.PartBegin(chunk, _group.Rank) - _parts.Begin(chunk), _parts.PartLength(chunk));
            owned.narrow(0, _parts.OwnedBegin(chunk), length).copy_(scratch.narrow(0, begin, length));
        });
    }

    private void ForEachChunk(Action<int, Tensor> action)
    {
        using IDisposable frozen = no_grad();
        using Tensor scratch = empty(_parts.Stride, dtype: float32, device: _parameters.Values.device).DetachFromDisposeScope();
        for (int chunk = 0; chunk < _parts.Chunks; chunk++)
        {
            using var scope = NewDisposeScope();
            action(chunk, scratch);
        }
    }
}
