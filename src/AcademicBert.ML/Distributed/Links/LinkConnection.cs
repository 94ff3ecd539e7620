using System.Buffers.Binary;
using System.Net.Sockets;

namespace AcademicBert.Distributed.Links;

/// <summary>What a message over a link is.</summary>
internal enum LinkMessage : byte
{
    /// <summary>Who connects: the secret of the group and an identity.</summary>
    Hello,

    /// <summary>The answer to it: who has accepted.</summary>
    Welcome,

    /// <summary>Sent each second: progress and state.</summary>
    Alive,

    /// <summary>A rank has failed: the reason.</summary>
    Failure,

    /// <summary>The sender leaves in good order.</summary>
    Leave,

    /// <summary>Part of a collective.</summary>
    Data,
}

/// <summary>A TCP connection between two ranks that carries framed messages. Sending is thread-safe; one thread receives.</summary>
internal sealed class LinkConnection : IDisposable
{
    private const int HeaderBytes = 5, LargestMessage = 1 << 26, LargestGreeting = 1 << 12;

    private readonly Lock _sending = new();
    private readonly Stream _stream;

    public LinkConnection(Socket socket)
        : this(new NetworkStream(socket, ownsSocket: true)) => socket.NoDelay = true;

    /// <param name="stream">What is received and sent; disposed with this.</param>
    internal LinkConnection(Stream stream) => _stream = stream;

    /// <summary>Sends a message; does nothing where the other side is gone: the receiving thread notices that.</summary>
    public void Send(LinkMessage kind, ReadOnlySpan<byte> content)
    {
        byte[] frame = new byte[HeaderBytes + content.Length];
        frame[0] = (byte)kind;
        BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(1), content.Length);
        content.CopyTo(frame.AsSpan(HeaderBytes));
        try
        {
            lock (_sending)
                _stream.Write(frame);
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
        }
    }

    /// <summary>Waits for the first message of one who may be a stranger; null when it is none, is long, or does not come in time: then the connection is closed.</summary>
    public (LinkMessage Kind, byte[] Content)? ReceiveGreeting(TimeSpan patience)
    {
        // Closing ends the waiting, also for one who sends byte after byte.
        using var late = new Timer(_ => Dispose(), null, patience, Timeout.InfiniteTimeSpan);
        return Receive(LargestGreeting);
    }

    /// <summary>Waits for a message; null when the other side is gone, or sends what no rank would.</summary>
    public (LinkMessage Kind, byte[] Content)? Receive() => Receive(LargestMessage);

    private (LinkMessage Kind, byte[] Content)? Receive(int largest)
    {
        try
        {
            byte[] header = new byte[HeaderBytes];
            _stream.ReadExactly(header);
            int length = BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(1));
            if (length < 0 || length > largest)
                return null;
            byte[] content = GC.AllocateUninitializedArray<byte>(length);
            _stream.ReadExactly(content);
            return ((LinkMessage)header[0], content);
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();
}
