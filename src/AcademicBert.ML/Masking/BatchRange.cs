namespace AcademicBert.Masking;

/// <summary>A run of positions in the global order that makes one batch.</summary>
/// <param name="Position">First position.</param>
/// <param name="Rows">Number of samples.</param>
public readonly record struct BatchRange(long Position, int Rows)
{
    /// <summary>
    /// The batches one rank reads, without end: global batch after global batch, of each its own contiguous part, cut
    /// into micro-batches. Ranks get equally many batches of equal sizes, and the order of the samples does not depend on their number.
    /// </summary>
    /// <param name="firstPosition">Position of the first global batch: the one integer a resumed run needs.</param>
    /// <param name="globalBatch">Samples of one optimizer step over all ranks; a multiple of <paramref name="worldSize"/>.</param>
    /// <param name="microBatch">Most samples of one batch; the last batch of a step is smaller if it does not divide.</param>
    /// <param name="rank">This rank, 0 to worldSize - 1.</param>
    /// <param name="worldSize">Number of ranks.</param>
    public static IEnumerable<BatchRange> Plan(long firstPosition, int globalBatch, int microBatch, int rank = 0, int worldSize = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(firstPosition);
        ArgumentOutOfRangeException.ThrowIfLessThan(globalBatch, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(microBatch, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(worldSize, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(rank);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(rank, worldSize);
        if (globalBatch % worldSize != 0)
            throw new ArgumentException($"The global batch of {globalBatch} samples cannot be shared equally by {worldSize} ranks; make it a multiple.", nameof(globalBatch));
        return Plan(firstPosition, _ => globalBatch, microBatch, rank, worldSize);
    }

    /// <summary>The same with global batches whose size depends on where they start.</summary>
    /// <param name="firstPosition">Position of the first global batch.</param>
    /// <param name="globalBatchAt">Samples of the optimizer step that starts at a position; a multiple of <paramref name="worldSize"/>.</param>
    /// <param name="microBatch">Most samples of one batch.</param>
    /// <param name="rank">This rank, 0 to worldSize - 1.</param>
    /// <param name="worldSize">Number of ranks.</param>
    public static IEnumerable<BatchRange> Plan(long firstPosition, Func<long, int> globalBatchAt, int microBatch, int rank = 0, int worldSize = 1)
    {
        ArgumentNullException.ThrowIfNull(globalBatchAt);
        for (long start = firstPosition; ;)
        {
            int globalBatch = globalBatchAt(start), share = globalBatch / worldSize;
            for (int done = 0; done < share; done += microBatch)
                yield return new BatchRange(start + (long)rank * share + done, Math.Min(microBatch, share - done));
            start += globalBatch;
        }
    }
}
