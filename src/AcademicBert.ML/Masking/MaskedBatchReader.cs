using AcademicBert.Corpus;

namespace AcademicBert.Masking;

/// <summary>Assembles batches of masked samples from a token store. Thread-safe; allocates nothing.</summary>
public sealed class MaskedBatchReader
{
    private readonly TokenStore _store;
    private readonly SampleMasker _masker;

    /// <summary>Makes a reader.</summary>
    /// <exception cref="ArgumentException">The order was made for another number of samples than the store has.</exception>
    public MaskedBatchReader(TokenStore store, SampleOrder order, SampleMasker masker)
    {
        if (order.SampleCount != store.SampleCount)
            throw new ArgumentException($"The order is of {order.SampleCount} samples, the token store has {store.SampleCount}.", nameof(order));
        (_store, Order, _masker) = (store, order, masker);
    }

    /// <summary>The global order the positions of <see cref="Read"/> refer to.</summary>
    public SampleOrder Order { get; }

    /// <summary>Number of token slots of a sample.</summary>
    public int SequenceLength => _store.SequenceLength;

    /// <summary>Fills a batch with the samples at <paramref name="position"/> .. <paramref name="position"/> + <paramref name="rows"/> - 1 of the global order.</summary>
    /// <param name="position">First position; may lie past one epoch.</param>
    /// <param name="rows">Number of samples, 1 to the capacity of the batch.</param>
    /// <param name="into">Receives the samples; everything in it is overwritten.</param>
    public void Read(long position, int rows, MaskedBatch into)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rows, into.Capacity);
        if (into.SequenceLength != SequenceLength)
            throw new ArgumentException($"The batch is for {into.SequenceLength} tokens a sample, the store has {SequenceLength}.", nameof(into));

        int masked = 0;
        for (int row = 0; row < rows; row++)
        {
            (long sample, long copy) = Order[position + row];
            int first = row * SequenceLength;
            Span<int> slots = into.InputIds.AsSpan(first, SequenceLength);
            int length = _store.CopySample(sample, slots);
            slots[length..].Fill(_masker.PadId);
            Span<int> positions = into.MaskedPositions.AsSpan(masked);
            int count = _masker.Mask(slots[..length], copy, sample, positions, into.MaskedIds.AsSpan(masked));
            for (int i = 0; i < count; i++)
                positions[i] += first;
            into.Lengths[row] = length;
            masked += count;
        }

        into.Rows = rows;
        into.FirstPosition = position;
        into.MaskedCount = masked;
    }
}
