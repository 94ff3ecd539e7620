using AcademicBert.Corpus;

namespace AcademicBert.Masking;

/// <summary>Assembles batches of masked samples from a token store. Thread-safe; allocates nothing.</summary>
internal sealed class MaskedBatchReader
{
    private readonly TokenStore _store;
    private readonly SampleMasker _masker;
    private readonly SentencePairing? _pairing;

    /// <summary>Makes a reader.</summary>
    /// <param name="store">The samples.</param>
    /// <param name="order">The order they come in.</param>
    /// <param name="masker">Masks them.</param>
    /// <param name="pairing">Pairs their parts, where they were packed as <see cref="PackingMode.SentencePairs"/>; null for single sequences.</param>
    /// <exception cref="ArgumentException">The order was made for another number of samples than the store has.</exception>
    public MaskedBatchReader(TokenStore store, SampleOrder order, SampleMasker masker, SentencePairing? pairing = null)
    {
        if (order.SampleCount != store.SampleCount)
            throw new ArgumentException($"The order is of {order.SampleCount} samples, the token store has {store.SampleCount}.", nameof(order));
        (_store, Order, _masker, _pairing) = (store, order, masker, pairing);
    }

    /// <summary>The global order the positions of <see cref="Read"/> refer to.</summary>
    public SampleOrder Order { get; }

    /// <summary>Number of token slots of a sample.</summary>
    public int SequenceLength => _store.SequenceLength;

    /// <summary>Makes a batch that fits this reader.</summary>
    public MaskedBatch MakeBatch(int capacity) => new(capacity, SequenceLength, pairs: _pairing is not null);

    /// <summary>Number of masked tokens of a run of positions; assembles them, so that every rule of masking is kept.</summary>
    /// <param name="position">First position.</param>
    /// <param name="rows">Number of samples.</param>
    /// <param name="scratch">A batch to work in.</param>
    public long CountMasked(long position, int rows, MaskedBatch scratch)
    {
        long masked = 0;
        for (int done = 0; done < rows; done += scratch.Rows)
        {
            Read(position + done, Math.Min(scratch.Capacity, rows - done), scratch);
            masked += scratch.MaskedCount;
        }

        return masked;
    }

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
            int length = _pairing is null ? _store.CopySample(sample, slots) : CopyPair(sample, copy, row, slots, into);
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

    private int CopyPair(long sample, long copy, int row, Span<int> slots, MaskedBatch into)
    {
        (int length, int secondStart, bool random) = _pairing!.Copy(sample, copy, slots);
        Span<int> types = into.TokenTypes.AsSpan(row * SequenceLength, SequenceLength);
        types.Clear();
        types[secondStart..length].Fill(1);
        into.RandomNext![row] = random ? 1 : 0;
        return length;
    }
}
