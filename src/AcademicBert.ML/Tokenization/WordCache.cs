using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace AcademicBert.Tokenization;

/// <summary>
/// Remembers the pieces of short words. Direct-mapped, an entry a cache line, sized for the second-level cache:
/// running text repeats few words so often that most never reach the matcher.
/// </summary>
internal sealed class WordCache
{
    /// <summary>Longest word kept, in UTF-16 units: one 256-bit vector.</summary>
    public const int MaxWordLength = 16;

    private const int MaxPieces = 7, EntryCount = 8192;

    private readonly Entry[] _entries = new Entry[EntryCount];

    /// <summary>Finds the pieces of a word.</summary>
    /// <param name="key">The word, padded with zeros.</param>
    /// <param name="slot">Where the word belongs; for <see cref="Add"/>.</param>
    /// <param name="ids">The pieces.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryGet(Vector256<ushort> key, out int slot, out ReadOnlySpan<int> ids)
    {
        Vector256<ulong> parts = key.AsUInt64();
        ulong hash = (parts[0] ^ parts[1] * 0x9E3779B97F4A7C15 ^ (parts[2] + parts[3] * 0xD1B54A32D192ED03)) * 0xBF58476D1CE4E5B9;
        slot = (int)(hash >> 51);
        ref Entry entry = ref _entries[slot];
        if (entry.Count == 0 || entry.Key != key)
        {
            ids = default;
            return false;
        }
        ids = MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<Pieces, int>(ref entry.Ids), entry.Count);
        return true;
    }

    /// <summary>Keeps the pieces of a word, in place of what its slot held.</summary>
    public void Add(Vector256<ushort> key, int slot, ReadOnlySpan<int> ids)
    {
        if (ids.Length > MaxPieces)
            return;
        ref Entry entry = ref _entries[slot];
        entry.Key = key;
        entry.Count = ids.Length;
        ids.CopyTo(MemoryMarshal.CreateSpan(ref Unsafe.As<Pieces, int>(ref entry.Ids), MaxPieces));
    }

    [InlineArray(MaxPieces)]
    private struct Pieces
    {
        private int _first;
    }

    private struct Entry
    {
        public Vector256<ushort> Key;
        public Pieces Ids;
        public int Count;
    }
}
