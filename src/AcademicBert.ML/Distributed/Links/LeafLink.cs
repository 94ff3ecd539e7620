using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;

namespace AcademicBert.Distributed.Links;

/// <summary>The end of any other rank: one connection, to rank 0.</summary>
internal sealed class LeafLink : RankLink
{
    private static readonly TimeSpan s_attempt = TimeSpan.FromSeconds(5), s_again = TimeSpan.FromMilliseconds(100);

    private readonly LinkConnection _connection;
    private readonly RankIdentity _hub;
    private readonly BlockingCollection<byte[]> _data = [];
    private long _heard = Stopwatch.GetTimestamp();

    private LeafLink(LinkConnection connection, RankIdentity hub, RankIdentity me, RankActivity activity, TimeSpan timeout)
        : base(me, activity, timeout)
    {
        (_connection, _hub) = (connection, hub);
        Run("Link to rank 0", Listen);
        Run("Watch over rank 0", Watch);
    }

    /// <summary>Connects to rank 0.</summary>
    /// <param name="addresses">Where rank 0 may be reached, the likeliest first.</param>
    /// <param name="port">Its port.</param>
    /// <param name="secret">What a rank of this group knows.</param>
    /// <param name="rank">This rank.</param>
    /// <param name="activity">What this rank is at.</param>
    /// <param name="timeout">How long rank 0 may be silent.</param>
    /// <param name="patience">How long to try.</param>
    /// <exception cref="RankFailedException">Rank 0 cannot be reached.</exception>
    public static LeafLink Connect(IReadOnlyList<string> addresses, int port, string secret, int rank, RankActivity activity, TimeSpan timeout, TimeSpan patience)
    {
        RankIdentity me = RankIdentity.Mine(rank);
        byte[] hello = Bytes($"{secret}\n{me.ToWire()}");
        var trying = Stopwatch.StartNew();
        do
        {
            foreach (string address in addresses)
            {
                if (TryOpen(address, port) is not { } connection)
                    continue;
                connection.Send(LinkMessage.Hello, hello);
                TimeSpan left = patience - trying.Elapsed;
                if (connection.ReceiveGreeting(left > s_attempt ? left : s_attempt) is (LinkMessage.Welcome, { } welcome) && RankIdentity.Parse(Text(welcome)) is { } hub)
                    return new LeafLink(connection, hub, me, activity, timeout);
                connection.Dispose();
            }

            Thread.Sleep(s_again); // rank 0 may be starting still
        }
        while (trying.Elapsed < patience);
        throw new RankFailedException($"Rank {rank} on {me.Machine} cannot reach rank 0 at {string.Join(", ", addresses)}, port {port}, within {patience.TotalSeconds:F0} s.");
    }

    public override void Send(int rank, ReadOnlySpan<byte> data) => _connection.Send(LinkMessage.Data, data);

    public override byte[] Take(int rank)
    {
        try
        {
            return _data.Take(Failed);
        }
        catch (OperationCanceledException)
        {
            ThrowIfFailed();
            throw;
        }
    }

    protected override void Close()
    {
        _connection.Send(LinkMessage.Leave, []);
        _connection.Dispose();
    }

    protected override void Spread(string reason, int from)
    {
        if (from == Me.Rank)
            _connection.Send(LinkMessage.Failure, Bytes(reason));
    }

    private static LinkConnection? TryOpen(string address, int port)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        using var late = new CancellationTokenSource(s_attempt);
        try
        {
            socket.ConnectAsync(address, port, late.Token).AsTask().GetAwaiter().GetResult();
            return new LinkConnection(socket);
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException)
        {
            socket.Dispose();
            return null;
        }
    }

    private void Listen()
    {
        while (_connection.Receive() is (LinkMessage kind, byte[] content))
        {
            Volatile.Write(ref _heard, Stopwatch.GetTimestamp());
            switch (kind)
            {
                case LinkMessage.Failure:
                    Fail(Text(content), from: _hub.Rank);
                    break;
                case LinkMessage.Data:
                    _data.Add(content);
                    break;
                case LinkMessage.Leave:
                    return;
            }
        }

        Fail($"{_hub} has ended without a word: it was killed, or crashed.", from: _hub.Rank);
    }

    private void Watch()
    {
        long last = Stopwatch.GetTimestamp();
        while (!Leaving && !Failed.IsCancellationRequested)
        {
            Thread.Sleep(Beat);
            if (Stopwatch.GetElapsedTime(last) > Timeout / 2)
                Volatile.Write(ref _heard, Stopwatch.GetTimestamp()); // this process was stopped itself
            last = Stopwatch.GetTimestamp();
            _connection.Send(LinkMessage.Alive, MakeAlive());
            TimeSpan silent = Stopwatch.GetElapsedTime(Volatile.Read(ref _heard));
            if (silent > Timeout)
                Fail($"{_hub} has not been heard of for {silent.TotalSeconds:F0} s: the process or its machine hangs.", from: _hub.Rank);
        }
    }
}
