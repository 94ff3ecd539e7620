using System.Text;
using AcademicBert.Distributed.Nccl;
using TorchSharp;
using static TorchSharp.torch;

namespace AcademicBert.Distributed;

/// <summary>
/// The ranks that train one model together: processes under <c>mpirun</c>, <c>srun</c> or <c>torchrun</c>, or threads of one process. Ranks
/// call collective members in the same order; results are the same bits on all of them.
/// </summary>
public abstract class ProcessGroup : IDisposable
{
    private NcclCollectives? _nccl;

    /// <summary>A group of this process alone.</summary>
    public static ProcessGroup Single { get; } = new SingleProcess();

    /// <summary>This rank, from 0.</summary>
    public abstract int Rank { get; }

    /// <summary>Number of ranks.</summary>
    public abstract int Size { get; }

    /// <summary>Whether this rank writes files and speaks for all.</summary>
    public bool IsRoot => Rank == 0;

    /// <summary>Number of this rank on its machine, from 0: the GPU it takes.</summary>
    public virtual int LocalRank => Rank;

    /// <summary>What the other ranks are told about this one.</summary>
    internal RankActivity Activity { get; } = new();

    /// <summary>Collectives over memory of the host; null where the group has none.</summary>
    internal virtual BufferCollectives? HostBuffers => null;

    /// <summary>Cancelled when a rank has failed; then every member throws <see cref="RankFailedException"/>.</summary>
    internal virtual CancellationToken Failed => CancellationToken.None;

    /// <summary>Collective: sums values over the ranks, in the order of the ranks.</summary>
    internal abstract void Sum(Span<double> values);

    /// <summary>Collective: copies bytes of rank 0 to all others.</summary>
    internal abstract void Broadcast(Span<byte> bytes);

    /// <summary>Tells the other ranks that this one cannot go on; they stop with the reason. Not collective; the first failure counts.</summary>
    public virtual void Abandon(Exception reason)
    {
    }

    /// <summary>Throws if a rank has failed.</summary>
    internal virtual void ThrowIfFailed()
    {
    }

    /// <summary>Collective: how large buffers of a device travel; null in a group of one. They belong to the group.</summary>
    /// <exception cref="InvalidOperationException">The group cannot carry them, or NCCL is missing.</exception>
    internal BufferCollectives? BuffersOn(Device device) =>
        Size == 1 ? null
        : device.type == DeviceType.CUDA ? _nccl ??= new NcclCollectives(NcclLibrary.Load(), this, new CudaQueue(device.index))
        : HostBuffers ?? throw new InvalidOperationException("Several processes that train on CPUs need MPI: start them with mpirun, or with srun --mpi.");

    /// <inheritdoc/>
    public void Dispose()
    {
        _nccl?.Dispose();
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Collective: waits until all ranks have come here.</summary>
    public void Barrier() => Sum([]);

    /// <summary>Does something long on one rank that the others wait for; they do not take it for a failure.</summary>
    public T WhileOthersWait<T>(Func<T> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        using RankActivity.Scope busy = Activity.Enter(RankState.Busy);
        return work();
    }

    /// <summary>Collective: a number that rank 0 knows.</summary>
    internal double OfRoot(double value)
    {
        Span<double> values = [IsRoot ? value : 0];
        Sum(values);
        return values[0];
    }

    /// <summary>Collective: a text that rank 0 knows.</summary>
    internal string OfRoot(string text)
    {
        byte[] bytes = IsRoot ? Encoding.UTF8.GetBytes(text) : [];
        Array.Resize(ref bytes, (int)OfRoot(bytes.Length));
        Broadcast(bytes);
        return Encoding.UTF8.GetString(bytes);
    }

    /// <summary>Collective: checks that all ranks were started for the same work.</summary>
    /// <param name="what">What is compared, for the message.</param>
    /// <param name="fingerprint">Must be equal on all ranks.</param>
    /// <exception cref="InvalidOperationException">A rank has another one; the message names the ranks.</exception>
    internal void RequireSame(string what, string fingerprint)
    {
        string mine = fingerprint, roots = OfRoot(fingerprint);
        double[] differs = new double[Size];
        differs[Rank] = mine == roots ? 0 : 1;
        Sum(differs);
        int[] others = [.. Enumerable.Range(0, Size).Where(rank => differs[rank] != 0)];
        if (others.Length > 0)
            throw new InvalidOperationException($"Rank {string.Join(" and rank ", others)} and rank 0 differ in their {what}; start all with the same command and the same files.");
    }

    /// <summary>Ends the membership.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }

    private sealed class SingleProcess : ProcessGroup
    {
        public override int Rank => 0;

        public override int Size => 1;

        internal override void Sum(Span<double> values)
        {
        }

        internal override void Broadcast(Span<byte> bytes)
        {
        }
    }
}
