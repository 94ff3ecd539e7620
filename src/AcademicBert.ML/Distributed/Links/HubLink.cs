using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;

namespace AcademicBert.Distributed.Links;

/// <summary>Rank 0's end: a connection to every other rank.</summary>
internal sealed class HubLink : RankLink
{
    private static readonly TimeSpan s_greeting = TimeSpan.FromSeconds(5);

    private readonly LinkConnection?[] _connections;
    private readonly RankVitals[] _vitals;
    private readonly BlockingCollection<byte[]>[] _data;
    private readonly bool[] _left;

    /// <summary>Accepts all other ranks.</summary>
    /// <param name="listener">Listens already; closed when all are here.</param>
    /// <param name="secret">What a rank of this group knows.</param>
    /// <param name="size">Number of ranks.</param>
    /// <param name="activity">What this rank is at.</param>
    /// <param name="timeout">How long a rank may be silent.</param>
    /// <param name="patience">How long to wait for all ranks.</param>
    /// <exception cref="RankFailedException">Not all came; the message names those that are missing.</exception>
    public HubLink(TcpListener listener, string secret, int size, RankActivity activity, TimeSpan timeout, TimeSpan patience)
        : base(RankIdentity.Mine(0), activity, timeout)
    {
        (_connections, _left) = (new LinkConnection?[size], new bool[size]);
        _vitals = new RankVitals[size];
        _vitals[0] = new RankVitals(Me, TimeProvider.System);
        _data = [.. Enumerable.Range(0, size).Select(_ => new BlockingCollection<byte[]>())];
        using (listener)
            Accept(listener, secret, patience);
        for (int rank = 1; rank < size; rank++)
        {
            int from = rank;
            Run($"Link to rank {rank}", () => Listen(from));
        }

        Run("Watch over ranks", Watch);
    }

    public override void Send(int rank, ReadOnlySpan<byte> data) => _connections[rank]!.Send(LinkMessage.Data, data);

    public override byte[] Take(int rank)
    {
        try
        {
            return _data[rank].Take(Failed);
        }
        catch (OperationCanceledException)
        {
            ThrowIfFailed();
            throw;
        }
    }

    protected override void Close()
    {
        foreach (LinkConnection? connection in _connections)
        {
            connection?.Send(LinkMessage.Leave, []);
            connection?.Dispose();
        }
    }

    protected override void Spread(string reason, int from)
    {
        for (int rank = 1; rank < _connections.Length; rank++)
            if (rank != from)
                _connections[rank]?.Send(LinkMessage.Failure, Bytes(reason));
    }

    private void Accept(TcpListener listener, string secret, TimeSpan patience)
    {
        var waiting = Stopwatch.StartNew();
        for (int missing = _connections.Length - 1; missing > 0;)
        {
            using var late = new CancellationTokenSource(patience - waiting.Elapsed > TimeSpan.Zero ? patience - waiting.Elapsed : TimeSpan.Zero);
            Socket socket;
            try
            {
                socket = listener.AcceptSocketAsync(late.Token).AsTask().GetAwaiter().GetResult();
            }
            catch (OperationCanceledException)
            {
                int[] absent = [.. Enumerable.Range(1, _connections.Length - 1).Where(rank => _connections[rank] is null)];
                Dispose();
                throw new RankFailedException($"Of {_connections.Length} ranks these did not come within {patience.TotalSeconds:F0} s: {string.Join(", ", absent)}.");
            }

            missing -= Greet(new LinkConnection(socket), secret) ? 1 : 0;
        }
    }

    private bool Greet(LinkConnection connection, string secret)
    {
        // A stranger, such as a port scan, is sent away.
        if (Hello(connection, secret, s_greeting) is not { Rank: > 0 } identity || identity.Rank >= _connections.Length || _connections[identity.Rank] is not null)
        {
            connection.Dispose();
            return false;
        }

        _connections[identity.Rank] = connection;
        _vitals[identity.Rank] = new RankVitals(identity, TimeProvider.System);
        connection.Send(LinkMessage.Welcome, Bytes(Me.ToWire()));
        return true;
    }

    /// <summary>Who greets; null for a stranger, and for one who says nothing.</summary>
    internal static RankIdentity? Hello(LinkConnection connection, string secret, TimeSpan patience) =>
        connection.ReceiveGreeting(patience) is (LinkMessage.Hello, { } hello) && Text(hello).Split('\n') is [var told, var who] && told == secret ? RankIdentity.Parse(who) : null;

    private void Listen(int rank)
    {
        while (_connections[rank]!.Receive() is (LinkMessage kind, byte[] content))
        {
            switch (kind)
            {
                case LinkMessage.Alive when ReadAlive(content) is var (progress, state):
                    _vitals[rank].Heard(progress, state);
                    break;
                case LinkMessage.Failure:
                    Fail(Text(content), from: rank);
                    break;
                case LinkMessage.Data:
                    _data[rank].Add(content);
                    break;
                case LinkMessage.Leave:
                    Volatile.Write(ref _left[rank], true);
                    return;
            }
        }

        Fail($"{_vitals[rank].Identity} has ended without a word: it was killed, or crashed.", from: rank);
    }

    private void Watch()
    {
        long last = Stopwatch.GetTimestamp();
        while (!Leaving && !Failed.IsCancellationRequested)
        {
            Thread.Sleep(Beat);
            if (Stopwatch.GetElapsedTime(last) > Timeout / 2)
            {
                // This process was stopped itself; nobody else is to blame.
                foreach (RankVitals vitals in _vitals)
                    vitals.Restart();
            }

            last = Stopwatch.GetTimestamp();
            _vitals[0].Heard(Activity.Progress, Activity.State);
            byte[] alive = MakeAlive();
            foreach (LinkConnection? connection in _connections)
                connection?.Send(LinkMessage.Alive, alive);
            RankVitals[] present = [.. _vitals.Where((_, rank) => !Volatile.Read(ref _left[rank]))];
            if (RankVitals.Judge(present, Timeout) is { } failure)
                Fail(failure, from: 0);
        }
    }
}
