using System.Net.Sockets;
using System.Runtime.InteropServices;
using AcademicBert.Distributed.Links;

namespace AcademicBert.Distributed.Tcp;

/// <summary>Ranks that meet at an address: those of <c>torchrun</c>, or of a plain <c>srun</c>. Carries what is small; buffers go by NCCL.</summary>
internal sealed class TcpGroup : ProcessGroup
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly RankLink _link;
    private bool _left;

    /// <param name="place">Which rank this is, and where rank 0 listens.</param>
    /// <param name="timeout">How long a rank may be silent.</param>
    /// <exception cref="RankFailedException">Not all ranks came.</exception>
    public TcpGroup(Rendezvous place, TimeSpan timeout)
    {
        (Rank, Size, LocalRank) = (place.Rank, place.Size, place.LocalRank);
        TimeSpan patience = timeout > s_patience ? timeout : s_patience;
        string secret = $"academicbert {place.Size}";
        if (!IsRoot)
        {
            _link = LeafLink.Connect([place.Host], place.Port, secret, Rank, Activity, timeout, patience);
            return;
        }

        TcpListener listener = TcpListener.Create(place.Port);
        try
        {
            listener.Start();
        }
        catch (SocketException error)
        {
            throw new InvalidOperationException($"Rank 0 cannot listen at port {place.Port}: {error.Message}. Choose another (MASTER_PORT).", error);
        }

        _link = new HubLink(listener, secret, Size, Activity, timeout, patience);
    }

    public override int Rank { get; }

    public override int Size { get; }

    public override int LocalRank { get; }

    internal override CancellationToken Failed => _link.Failed;

    public override void Abandon(Exception reason)
    {
        if (reason is not RankFailedException)
            _link.Abandon(reason.Message);
        _left = true;
    }

    internal override void ThrowIfFailed() => _link.ThrowIfFailed();

    internal override void Sum(Span<double> values)
    {
        using RankActivity.Scope waiting = Activity.Enter(RankState.Waiting);
        if (!IsRoot)
        {
            _link.Send(0, MemoryMarshal.AsBytes(values));
            MemoryMarshal.Cast<byte, double>(_link.Take(0)).CopyTo(values);
            return;
        }

        for (int rank = 1; rank < Size; rank++)
        {
            ReadOnlySpan<double> theirs = MemoryMarshal.Cast<byte, double>(_link.Take(rank));
            for (int i = 0; i < values.Length; i++)
                values[i] += theirs[i];
        }

        ToAll(MemoryMarshal.AsBytes(values));
    }

    internal override void Broadcast(Span<byte> bytes)
    {
        using RankActivity.Scope waiting = Activity.Enter(RankState.Waiting);
        if (IsRoot)
            ToAll(bytes);
        else
            _link.Take(0).CopyTo(bytes);
    }

    protected override void Dispose(bool disposing)
    {
        try
        {
            if (!_left)
                Barrier();
        }
        catch (RankFailedException)
        {
            // What went wrong has been said.
        }

        _left = true;
        _link.Dispose();
    }

    private void ToAll(ReadOnlySpan<byte> bytes)
    {
        for (int rank = 1; rank < Size; rank++)
            _link.Send(rank, bytes);
    }
}
