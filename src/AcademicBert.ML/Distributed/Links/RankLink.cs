using System.Buffers.Binary;
using System.Text;

namespace AcademicBert.Distributed.Links;

/// <summary>
/// Knows whether the other ranks live: every rank holds a connection to rank 0, which tells all when one is gone, silent, or does not go on
/// while others wait for it. A process that is killed closes its connection, so that the others know at once.
/// </summary>
internal abstract class RankLink : IDisposable
{
    private const int AliveBytes = sizeof(long) + 1;

    /// <summary>Time between two signs of life.</summary>
    protected static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _failed = new();
    private string? _failure;

    protected RankLink(RankIdentity me, RankActivity activity, TimeSpan timeout) => (Me, Activity, Timeout) = (me, activity, timeout);

    /// <summary>Cancelled when a rank has failed.</summary>
    public CancellationToken Failed => _failed.Token;

    /// <summary>This rank.</summary>
    protected RankIdentity Me { get; }

    /// <summary>What this rank is at.</summary>
    protected RankActivity Activity { get; }

    /// <summary>How long a rank may be silent, or stand still while others wait for it.</summary>
    protected TimeSpan Timeout { get; }

    /// <summary>Whether this rank is leaving, so that nothing is a failure any more.</summary>
    protected bool Leaving { get; private set; }

    /// <summary>Throws if a rank has failed.</summary>
    public void ThrowIfFailed()
    {
        if (Volatile.Read(ref _failure) is { } failure)
            throw new RankFailedException(failure);
    }

    /// <summary>Tells all ranks that this one cannot go on.</summary>
    public void Abandon(string reason) => Fail($"{Me} failed: {reason}", from: Me.Rank);

    /// <summary>Sends data to a rank.</summary>
    public abstract void Send(int rank, ReadOnlySpan<byte> data);

    /// <summary>Waits for the next data of a rank.</summary>
    /// <exception cref="RankFailedException">A rank has failed.</exception>
    public abstract byte[] Take(int rank);

    /// <inheritdoc/>
    public void Dispose()
    {
        Leaving = true;
        Close();
    }

    /// <summary>Ends the connections in good order.</summary>
    protected abstract void Close();

    /// <summary>Tells the ranks this one is connected with about a failure.</summary>
    /// <param name="reason">What happened.</param>
    /// <param name="from">The rank that knows already.</param>
    protected abstract void Spread(string reason, int from);

    /// <summary>Keeps the first failure, tells the others, and wakes who waits.</summary>
    protected void Fail(string reason, int from)
    {
        if (Leaving || Interlocked.CompareExchange(ref _failure, reason, null) is not null)
            return;
        Spread(reason, from);
        _failed.Cancel();
    }

    /// <summary>Starts a thread of the link.</summary>
    protected static void Run(string name, Action work) => new Thread(() => work(), maxStackSize: 1 << 18) { IsBackground = true, Name = name }.Start();

    /// <summary>This rank's sign of life.</summary>
    protected byte[] MakeAlive()
    {
        byte[] content = new byte[AliveBytes];
        BinaryPrimitives.WriteInt64LittleEndian(content, Activity.Progress);
        content[^1] = (byte)Activity.State;
        return content;
    }

    /// <summary>Progress and state in a sign of life; null where it is none.</summary>
    internal static (long Progress, RankState State)? ReadAlive(byte[] content) =>
        content.Length == AliveBytes ? (BinaryPrimitives.ReadInt64LittleEndian(content), (RankState)content[^1]) : null;

    /// <summary>The text of a message.</summary>
    protected static string Text(byte[] content) => Encoding.UTF8.GetString(content);

    /// <summary>A text as a message.</summary>
    protected static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
