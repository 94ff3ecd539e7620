using System.Runtime.InteropServices;

namespace AcademicBert.Distributed.Nccl;

/// <summary>
/// Collectives over memory of GPUs, by NCCL. Another group brings the ranks together and watches over them; when it knows of a failure,
/// the communicator is aborted, so that no kernel waits for a rank that is gone.
/// </summary>
internal sealed unsafe class NcclCollectives : BufferCollectives
{
    private static readonly TimeSpan s_between = TimeSpan.FromSeconds(1);

    private readonly Lock _ending = new();
    private readonly NcclLibrary _library;
    private readonly ProcessGroup _ranks;
    private readonly DeviceQueue _queue;
    private readonly CancellationTokenRegistration _onFailure;
    private readonly Timer _watch;
    private nint _communicator;

    /// <summary>Collective: makes a communicator of all ranks.</summary>
    /// <param name="library">NCCL.</param>
    /// <param name="ranks">The ranks.</param>
    /// <param name="queue">Where the work goes; disposed with this.</param>
    /// <exception cref="RankFailedException">A rank did not come.</exception>
    public NcclCollectives(NcclLibrary library, ProcessGroup ranks, DeviceQueue queue)
    {
        (_library, _ranks, _queue) = (library, ranks, queue);
        _communicator = Join();
        ranks.Barrier(); // no collective begins before all have joined
        _onFailure = ranks.Failed.Register(Abort);
        _watch = new Timer(_ => Watch(), null, s_between, s_between);
    }

    public override IPendingCollective ReduceScatter(nint buffer, long count, BufferType type) =>
        Start(() => _library.ReduceScatter(buffer, Part(buffer, count, type), count, type, _communicator, _queue.Stream));

    public override IPendingCollective AllGather(nint buffer, long count, BufferType type) =>
        Start(() => _library.AllGather(Part(buffer, count, type), buffer, count, type, _communicator, _queue.Stream));

    public override IPendingCollective Broadcast(nint buffer, long count, BufferType type) =>
        Start(() => _library.Broadcast(buffer, count, type, _communicator, _queue.Stream));

    public override void Dispose()
    {
        _watch.Dispose();
        _onFailure.Dispose();
        lock (_ending)
        {
            if (_communicator != 0)
                _library.Leave(_communicator);
            _communicator = 0;
        }

        _queue.Dispose();
    }

    private nint Part(nint buffer, long count, BufferType type) => buffer + (nint)(_ranks.Rank * count * BytesOf(type));

    /// <summary>NCCL's call waits for all ranks without end: it is left alone on its thread when a rank fails.</summary>
    private nint Join()
    {
        NcclUniqueId id = _ranks.IsRoot ? _library.MakeId() : default;
        _ranks.Broadcast(MemoryMarshal.AsBytes(new Span<NcclUniqueId>(ref id)));
        Task<nint> joining = Task.Factory.StartNew(
            () =>
            {
                _queue.MakeCurrent();
                return _library.Join(_ranks.Size, id, _ranks.Rank);
            },
            TaskCreationOptions.LongRunning);
        using RankActivity.Scope waiting = _ranks.Activity.Enter(RankState.Waiting);
        try
        {
            joining.Wait(_ranks.Failed);
        }
        catch (Exception error) when (error is OperationCanceledException or AggregateException)
        {
            _ranks.ThrowIfFailed();
        }

        return joining.GetAwaiter().GetResult();
    }

    private IPendingCollective Start(Action collective)
    {
        using RankActivity.Scope waiting = _ranks.Activity.Enter(RankState.Waiting);
        _ranks.ThrowIfFailed();
        try
        {
            _queue.FollowComputation();
            collective();
        }
        catch (RankFailedException)
        {
            _ranks.ThrowIfFailed(); // says who, where NCCL says what
            throw;
        }

        return new Pending(_queue.Mark(), _ranks);
    }

    private void Watch()
    {
        string? error;
        lock (_ending)
            error = _communicator == 0 ? null : _library.BackgroundError(_communicator);
        if (error is not null)
            _ranks.Abandon(new InvalidOperationException($"NCCL: {error}"));
    }

    private void Abort()
    {
        lock (_ending)
        {
            if (_communicator != 0)
                _library.Abort(_communicator);
            _communicator = 0;
        }
    }

    private sealed class Pending(Func<bool> reached, ProcessGroup ranks) : IPendingCollective
    {
        public void Wait()
        {
            using RankActivity.Scope waiting = ranks.Activity.Enter(RankState.Waiting);
            while (!reached())
            {
                ranks.ThrowIfFailed();
                Thread.Yield();
            }
        }
    }
}
