namespace AcademicBert.Masking;

/// <summary>A run of positions in the global order that makes one batch.</summary>
/// <param name="Position">First position.</param>
/// <param name="Rows">Number of samples.</param>
internal readonly record struct BatchRange(long Position, int Rows)
{
    /// <summary>
    /// The batches one rank reads, without end: global batch after global batch, of each its own contiguous part, cut
    /// into micro-batches. Shares differ by one sample at most, and the order of the samples does not depend on the number of ranks.
    /// </summary>
    /// <param name="firstPosition">Position of the first global batch: the one integer a resumed run needs.</param>
    /// <param name="globalBatchAt">Samples, over all ranks, of the optimizer step that starts at a position; a rank is not to be without a share for ever.</param>
    /// <param name="microBatch">Most samples of one batch; the last batch of a step is smaller if it does not divide.</param>
    /// <param name="rank">This rank, 0 to worldSize - 1.</param>
    /// <param name="worldSize">Number of ranks.</param>
    public static IEnumerable<BatchRange> Plan(long firstPosition, Func<long, int> globalBatchAt, int microBatch, int rank = 0, int worldSize = 1)
    {
        for (long start = firstPosition; ;)
        {
            int globalBatch = globalBatchAt(start);
            BatchRange share = Share(start, globalBatch, rank, worldSize);
            for (int done = 0; done < share.Rows; done += microBatch)
                yield return new BatchRange(share.Position + done, Math.Min(microBatch, share.Rows - done));
            start += globalBatch;
        }
    }

    /// <summary>A rank's part of a run of positions: contiguous, of equal size but for one sample.</summary>
    /// <param name="position">First position.</param>
    /// <param name="rows">Number of samples.</param>
    /// <param name="rank">The rank.</param>
    /// <param name="worldSize">Number of ranks.</param>
    public static BatchRange Share(long position, int rows, int rank, int worldSize)
    {
        int first = (int)((long)rows * rank / worldSize), next = (int)((long)rows * (rank + 1) / worldSize);
        return new BatchRange(position + first, next - first);
    }
}
