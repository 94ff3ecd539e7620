using System.Runtime.CompilerServices;
using AcademicBert.Masking;
using AcademicBert.Modeling;

namespace AcademicBert.Pretraining;

/// <summary>Gives the fused engine the arrays of a masked batch, which never move.</summary>
internal static unsafe class MaskedBatchOnHost
{
    public static HostBatch Of(MaskedBatch batch) => new()
    {
        Rows = batch.Rows,
        Length = batch.SequenceLength,
        Ids = Address(batch.InputIds),
        Lengths = batch.Lengths.AsSpan(0, batch.Rows).ContainsAnyExcept(batch.SequenceLength) ? Address(batch.Lengths) : 0,
        Positions = Address(batch.MaskedPositions),
        Targets = Address(batch.MaskedIds),
        MaskedCount = batch.MaskedCount,
    };

    private static nint Address(int[] pinned) => (nint)Unsafe.AsPointer(ref pinned[0]);
}
