namespace AcademicBert.Masking;

/// <summary>Sets of small numbers, a bit for each.</summary>
internal static class Bits
{
    public static bool IsSet(ReadOnlySpan<ulong> bits, int index) => (bits[index >> 6] >> index & 1) != 0;

    public static void Set(Span<ulong> bits, int index) => bits[index >> 6] |= 1ul << index;
}
