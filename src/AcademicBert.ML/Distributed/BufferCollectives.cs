namespace AcademicBert.Distributed;

/// <summary>Element types of large buffers.</summary>
internal enum BufferType
{
    /// <summary>32-bit floating point.</summary>
    Float32,

    /// <summary>IEEE half.</summary>
    Float16,

    /// <summary>bfloat16.</summary>
    BFloat16,
}

/// <summary>
/// Collectives over large buffers, by address in the memory the ranks train in. Each starts and returns; the caller waits when it needs
/// the result, and leaves the memory alone until then.
/// </summary>
internal abstract class BufferCollectives : IDisposable
{
    /// <summary>Sums Size × <paramref name="count"/> elements over the ranks; rank r gets part r of the sum in place. What stands in the other parts afterwards is undefined.</summary>
    public abstract IPendingCollective ReduceScatter(nint buffer, long count, BufferType type);

    /// <summary>Part r of Size × <paramref name="count"/> elements of each rank r goes to all ranks, in place.</summary>
    public abstract IPendingCollective AllGather(nint buffer, long count, BufferType type);

    /// <summary>Copies <paramref name="count"/> elements of rank 0 to all ranks.</summary>
    public abstract IPendingCollective Broadcast(nint buffer, long count, BufferType type);

    /// <inheritdoc/>
    public virtual void Dispose()
    {
    }

    /// <summary>Bytes of an element.</summary>
    public static int BytesOf(BufferType type) => type == BufferType.Float32 ? 4 : 2;
}

/// <summary>A collective under way.</summary>
internal interface IPendingCollective
{
    /// <summary>Makes the calling thread's further work see the result.</summary>
    /// <exception cref="RankFailedException">A rank has failed.</exception>
    void Wait();
}
