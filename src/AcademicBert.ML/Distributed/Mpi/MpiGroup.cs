using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using AcademicBert.Distributed.Links;

namespace AcademicBert.Distributed.Mpi;

/// <summary>The ranks of an MPI launch. Data goes by MPI; a link to rank 0 beside it tells who is alive, as MPI itself would wait for ever.</summary>
internal sealed unsafe class MpiGroup : ProcessGroup
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly Lock _serialized = new();
    private readonly MpiLibrary _library;
    private readonly RankLink? _link;
    private readonly MpiBuffers _buffers;
    private bool _left;

    /// <param name="library">MPI, initialized.</param>
    /// <param name="localRank">Number of this rank on its machine.</param>
    /// <param name="timeout">How long a rank may be silent.</param>
    public MpiGroup(MpiLibrary library, int localRank, TimeSpan timeout)
    {
        (_library, LocalRank) = (library, localRank);
        _buffers = new MpiBuffers(this);
        if (Size > 1)
            _link = IsRoot ? Listen(timeout) : Connect(timeout);
    }

    public override int Rank => _library.Rank;

    public override int Size => _library.Size;

    public override int LocalRank { get; }

    internal override BufferCollectives HostBuffers => _buffers;

    internal override CancellationToken Failed => _link?.Failed ?? CancellationToken.None;

    public override void Abandon(Exception reason)
    {
        if (reason is not RankFailedException)
            _link?.Abandon(reason.Message);
        _left = true; // MPI_Finalize would wait for the others
    }

    internal override void ThrowIfFailed() => _link?.ThrowIfFailed();

    internal override void Sum(Span<double> values)
    {
        using RankActivity.Scope waiting = Activity.Enter(RankState.Waiting);
        int count = Math.Max(1, values.Length); // a barrier gathers something, too
        double[] all = GC.AllocateUninitializedArray<double>(count * Size, pinned: true);
        values.CopyTo(all.AsSpan(Rank * count));
        fixed (double* buffer = all)
        {
            nint address = (nint)buffer;
            Complete(library => library.AllGather(address, count * sizeof(double)));
        }

        all.AsSpan(0, values.Length).CopyTo(values);
        for (int rank = 1; rank < Size; rank++)
            for (int i = 0; i < values.Length; i++)
                values[i] += all[rank * count + i];
    }

    internal override void Broadcast(Span<byte> bytes)
    {
        using RankActivity.Scope waiting = Activity.Enter(RankState.Waiting);
        fixed (byte* buffer = bytes)
        {
            nint address = (nint)buffer;
            int count = bytes.Length;
            if (count > 0)
                Complete(library => library.Broadcast(address, count));
        }
    }

    /// <summary>Starts a request and waits for its end, or for the failure of a rank.</summary>
    internal void Complete(Func<MpiLibrary, nint> start)
    {
        const int TestsBetweenYields = 64;
        lock (_serialized)
        {
            ThrowIfFailed();
            nint request = start(_library);
            for (int tests = 1; !_library.Test(ref request); tests++)
            {
                if (tests % TestsBetweenYields != 0)
                    continue;
                ThrowIfFailed();
                Thread.Yield();
            }
        }

        Activity.Tick();
    }

    protected override void Dispose(bool disposing)
    {
        if (_left)
            return;
        _left = true;
        try
        {
            Barrier();
        }
        catch (RankFailedException)
        {
            return; // what went wrong has been said, and MPI cannot be ended without the others
        }

        _buffers.Dispose();
        _link?.Dispose();
        _library.End();
    }

    private HubLink Listen(TimeSpan timeout)
    {
        TcpListener listener = TcpListener.Create(0);
        listener.Start();
        string secret = Guid.NewGuid().ToString("N");
        OfRoot(string.Join('\n', [Environment.MachineName, secret, ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture), .. Addresses()]));
        return new HubLink(listener, secret, Size, Activity, timeout, s_patience);
    }

    private LeafLink Connect(TimeSpan timeout)
    {
        string[] told = OfRoot("").Split('\n');
        string[] addresses = [.. told[0] == Environment.MachineName ? [IPAddress.Loopback.ToString()] : Array.Empty<string>(), .. told[3..], told[0]];
        return LeafLink.Connect(addresses, int.Parse(told[2], CultureInfo.InvariantCulture), told[1], Rank, Activity, timeout, s_patience);
    }

    private static IEnumerable<string> Addresses() => NetworkInterface.GetAllNetworkInterfaces()
        .Where(network => network.OperationalStatus == OperationalStatus.Up && network.NetworkInterfaceType != NetworkInterfaceType.Loopback)
        .SelectMany(network => network.GetIPProperties().UnicastAddresses)
        .Select(unicast => unicast.Address)
        .Where(address => !address.IsIPv6LinkLocal)
        .Select(address => address.ToString());

    /// <summary>Large buffers by MPI: a sum is an exchange of parts, added in the order of the ranks, so that its bits do not depend on the MPI library.</summary>
    private sealed class MpiBuffers(MpiGroup group) : BufferCollectives
    {
        private const long LargestMessage = 1 << 30;

        private readonly CollectiveQueue _queue = new(group.Activity);
        private nint _received;
        private long _receivedBytes;

        public override IPendingCollective ReduceScatter(nint buffer, long count, BufferType type) => _queue.Add(() =>
        {
            long bytes = count * BytesOf(type);
            nint received = Received(bytes * group.Size);
            group.Complete(library => library.AllToAll(buffer, received, checked((int)bytes)));
            nint[] parts = [.. Enumerable.Range(0, group.Size).Select(rank => received + (nint)(rank * bytes))];
            RankSum.Sum(buffer + (nint)(group.Rank * bytes), parts, count, type);
        });

        public override IPendingCollective AllGather(nint buffer, long count, BufferType type) =>
            _queue.Add(() => group.Complete(library => library.AllGather(buffer, checked((int)(count * BytesOf(type))))));

        public override IPendingCollective Broadcast(nint buffer, long count, BufferType type) => _queue.Add(() =>
        {
            long bytes = count * BytesOf(type);
            for (long done = 0; done < bytes; done += LargestMessage)
            {
                nint from = buffer + (nint)done;
                int size = (int)Math.Min(LargestMessage, bytes - done);
                group.Complete(library => library.Broadcast(from, size));
            }
        });

        public override void Dispose() => NativeMemory.Free((void*)_received);

        private nint Received(long bytes)
        {
            if (bytes > _receivedBytes)
                (_received, _receivedBytes) = ((nint)NativeMemory.Realloc((void*)_received, (nuint)bytes), bytes);
            return _received;
        }
    }
}
