namespace AcademicBert.Distributed;

/// <summary>
/// How a flat buffer travels and who owns what: chunks one after the other, each in one equal part for each rank, so that a chunk can be
/// reduced, updated and gathered while the next one travels.
/// </summary>
/// <param name="length">Elements of the buffer in use, a multiple of 16; behind them there is room for the last chunk's rounding.</param>
/// <param name="ranks">Number of ranks.</param>
/// <param name="chunkBytes">About how many bytes of fp32 a chunk has; at least a megabyte for each rank.</param>
internal sealed class RankParts(long length, int ranks, long chunkBytes)
{
    private const int Alignment = 16;

    // A collective passes through all ranks one after the other: with many ranks, small parts would cost more time on their way than they save.
    private const int SmallestPartBytes = 1 << 20;

    private readonly long _part = Math.Max(Alignment, Math.Min(Math.Max(chunkBytes, (long)SmallestPartBytes * ranks) / sizeof(float), length) / ranks / Alignment * Alignment);

    /// <summary>Number of chunks.</summary>
    public int Chunks => (int)((length + Stride - 1) / Stride);

    /// <summary>Most elements of a chunk.</summary>
    public long Stride => _part * ranks;

    /// <summary>Elements a rank owns, over all chunks.</summary>
    public long OwnedLength => Enumerable.Range(0, Chunks).Sum(PartLength);

    /// <summary>First element of a chunk.</summary>
    public long Begin(int chunk) => chunk * Stride;

    /// <summary>Elements of a chunk.</summary>
    public long Length(int chunk) => PartLength(chunk) * ranks;

    /// <summary>Elements of each rank's part of a chunk.</summary>
    public long PartLength(int chunk)
    {
        long left = Math.Min(length - Begin(chunk), Stride), smallest = (long)Alignment * ranks;
        return (left + smallest - 1) / smallest * Alignment;
    }

    /// <summary>First element of a rank's part of a chunk.</summary>
    public long PartBegin(int chunk, int rank) => Begin(chunk) + rank * PartLength(chunk);

    /// <summary>Where the moments of a rank's part of a chunk begin, among those it owns.</summary>
    public long OwnedBegin(int chunk) => chunk * _part;
}
