using AcademicBert.Native;

namespace AcademicBert.Finetuning;

/// <summary>Cuts an epoch into batches: shuffled anew each time, rows of like length together so that little is padding.</summary>
internal static class LengthBuckets
{
    // Sorting by length happens within this many batches' worth of shuffled rows: enough to remove most padding, few enough to stay random.
    private const int BatchesSortedTogether = 50;

    /// <summary>The batches of an epoch, as indices of rows; every row once.</summary>
    /// <param name="lengths">Length of each row.</param>
    /// <param name="batchSize">Rows of a batch; the last may be smaller.</param>
    /// <param name="seed">Seed of the run.</param>
    /// <param name="epoch">Number of the epoch.</param>
    public static int[][] Cut(IReadOnlyList<int> lengths, int batchSize, ulong seed, int epoch)
    {
        uint drawn = 0;
        int[] order = [.. Enumerable.Range(0, lengths.Count)];
        Shuffle(order);
        int[][] batches = [.. order.Chunk(batchSize * BatchesSortedTogether).SelectMany(rows => rows.OrderBy(row => lengths[row]).Chunk(batchSize))];
        Shuffle(batches);
        return batches;

        void Shuffle<T>(T[] items)
        {
            for (int last = items.Length - 1; last > 0; last--)
            {
                (uint word, _, _, _) = PhiloxDropout.Generate(drawn++, (uint)epoch, 0, 0, (uint)seed, (uint)(seed >> 32));
                int other = (int)((ulong)word * (uint)(last + 1) >> 32);
                (items[last], items[other]) = (items[other], items[last]);
            }
        }
    }
}
