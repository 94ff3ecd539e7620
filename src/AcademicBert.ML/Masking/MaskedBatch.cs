namespace AcademicBert.Masking;

/// <summary>A reusable batch of masked samples on the host. Arrays have room for the largest batch; only the stated parts are valid. They never move in memory, so native code may read them by pointer.</summary>
internal sealed class MaskedBatch
{
    /// <summary>Makes an empty batch with room for <paramref name="capacity"/> samples of <paramref name="sequenceLength"/> tokens.</summary>
    /// <param name="capacity">Largest number of samples.</param>
    /// <param name="sequenceLength">Token slots of a sample.</param>
    /// <param name="pairs">Whether the samples are sentence pairs.</param>
    public MaskedBatch(int capacity, int sequenceLength, bool pairs = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(sequenceLength, 3);
        Capacity = capacity;
        SequenceLength = sequenceLength;
        InputIds = GC.AllocateUninitializedArray<int>(capacity * sequenceLength, pinned: true);
        Lengths = GC.AllocateUninitializedArray<int>(capacity, pinned: true);
        MaskedPositions = GC.AllocateUninitializedArray<int>(capacity * sequenceLength, pinned: true);
        MaskedIds = GC.AllocateUninitializedArray<int>(capacity * sequenceLength, pinned: true);
        if (pairs)
            (TokenTypes, RandomNext) = (GC.AllocateUninitializedArray<int>(capacity * sequenceLength, pinned: true), GC.AllocateUninitializedArray<int>(capacity, pinned: true));
    }

    /// <summary>Largest number of samples.</summary>
    public int Capacity { get; }

    /// <summary>Number of token slots a sample has; shorter samples are padded with [PAD].</summary>
    public int SequenceLength { get; }

    /// <summary>Number of samples in the batch.</summary>
    public int Rows { get; set; }

    /// <summary>Index of the first sample in the global order: what its dropout masks are drawn from.</summary>
    public long FirstPosition { get; set; }

    /// <summary>Token ids after masking, (Rows, SequenceLength) row-major, padded with [PAD].</summary>
    public int[] InputIds { get; }

    /// <summary>Number of real tokens of each sample, [CLS] and [SEP] included, (Rows).</summary>
    public int[] Lengths { get; }

    /// <summary>0 for the first part of a pair, 1 for the second, 0 for padding, (Rows, SequenceLength); null for single sequences.</summary>
    public int[]? TokenTypes { get; }

    /// <summary>1 where the second part of a pair is of another document, else 0, (Rows); null for single sequences.</summary>
    public int[]? RandomNext { get; }

    /// <summary>Number of masked tokens in the whole batch.</summary>
    public int MaskedCount { get; set; }

    /// <summary>Flat positions (row * SequenceLength + column) of masked tokens, ascending, (MaskedCount).</summary>
    public int[] MaskedPositions { get; }

    /// <summary>Original ids at those positions, (MaskedCount).</summary>
    public int[] MaskedIds { get; }
}
