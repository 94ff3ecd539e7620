using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace AcademicBert.Native;

/// <summary>
/// Where a row of dropout decisions stands: together with the column it is the whole input of the generator, so that a mask
/// can be computed again instead of stored, whatever the micro-batch or the number of processes.
/// </summary>
/// <param name="Seed">Seed of the run: the first key word.</param>
/// <param name="Step">Optimizer step: the second key word.</param>
/// <param name="Row">Row inside the sample: the token; for attention probabilities head * 65536 + query.</param>
/// <param name="Sample">Index of the sample in the global order (its low 32 bits).</param>
/// <param name="Site">layer * 8 + site within the layer.</param>
public readonly record struct DropoutRow(uint Seed, uint Step, uint Row, uint Sample, uint Site);

/// <summary>
/// Dropout decisions from Philox4x32-10 (Salmon et al., SC 2011). One call gives the 16-bit numbers of eight columns:
/// column j uses call (j / 128) * 16 + j % 16 and its number (j % 128) / 16, so that sixteen neighbours come from sixteen lanes.
/// A value is kept when its number is at least round(p * 65536).
/// </summary>
public static class PhiloxDropout
{
    private const uint Multiplier0 = 0xD2511F53, Multiplier1 = 0xCD9E8D57, Weyl0 = 0x9E3779B9, Weyl1 = 0xBB67AE85;
    private const int Rounds = 10, Lanes = 16, Block = 128;

    /// <summary>The 16-bit threshold of a dropout probability: numbers below it are dropped. At most 65535, so that some are kept.</summary>
    public static uint Threshold(double probability) => (uint)Math.Min(Math.Round(probability * 65536), 65535);

    /// <summary>What a kept value is multiplied by, so that the expectation stays.</summary>
    public static float Scale(double probability) => 65536f / (65536 - Threshold(probability));

    /// <summary>One Philox4x32-10 call.</summary>
    public static (uint X0, uint X1, uint X2, uint X3) Generate(uint counter0, uint counter1, uint counter2, uint counter3, uint key0, uint key1)
    {
        for (int round = 0; round < Rounds; round++)
        {
            ulong product0 = (ulong)Multiplier0 * counter0, product1 = (ulong)Multiplier1 * counter2;
            (counter0, counter1, counter2, counter3) =
                ((uint)(product1 >> 32) ^ counter1 ^ key0, (uint)product1, (uint)(product0 >> 32) ^ counter3 ^ key1, (uint)product0);
            key0 += Weyl0;
            key1 += Weyl1;
        }
        return (counter0, counter1, counter2, counter3);
    }

    /// <summary>Fills <paramref name="scales"/> with 0 for dropped columns and <see cref="Scale"/> for kept ones.</summary>
    public static void FillScales(Span<float> scales, in DropoutRow row, double probability)
    {
        uint threshold = Threshold(probability);
        float scale = Scale(probability);
        Span<uint> words = stackalloc uint[4 * Lanes];
        for (int block = 0; block * Block < scales.Length; block++)
        {
            FillWords(words, (uint)(block * Lanes), row);
            int columns = Math.Min(Block, scales.Length - block * Block);
            Span<float> part = scales.Slice(block * Block, columns);
            for (int column = 0; column < columns; column++)
            {
                int slot = column / Lanes;
                uint number = words[slot / 2 * Lanes + column % Lanes] >> (slot % 2 * 16) & 0xFFFF;
                part[column] = number >= threshold ? scale : 0;
            }
        }
    }

    // words: (4, 16), word-major
    private static void FillWords(Span<uint> words, uint firstCall, in DropoutRow row)
    {
        if (Avx2.IsSupported)
        {
            for (int half = 0; half < 2; half++)
            {
                Vector256<uint> calls = Vector256.Create(firstCall + (uint)half * 8) + Vector256<uint>.Indices;
                Generate8(calls, row, words[(half * 8)..]);
            }
            return;
        }
        for (int lane = 0; lane < Lanes; lane++)
            (words[lane], words[Lanes + lane], words[2 * Lanes + lane], words[3 * Lanes + lane]) =
                Generate(firstCall + (uint)lane, row.Row, row.Sample, row.Site, row.Seed, row.Step);
    }

    private static void Generate8(Vector256<uint> counter0, in DropoutRow row, Span<uint> words)
    {
        Vector256<uint> counter1 = Vector256.Create(row.Row), counter2 = Vector256.Create(row.Sample), counter3 = Vector256.Create(row.Site);
        uint key0 = row.Seed, key1 = row.Step;
        for (int round = 0; round < Rounds; round++)
        {
            (Vector256<uint> high0, Vector256<uint> low0) = Multiply(counter0, Multiplier0);
            (Vector256<uint> high1, Vector256<uint> low1) = Multiply(counter2, Multiplier1);
            counter0 = high1 ^ counter1 ^ Vector256.Create(key0);
            counter1 = low1;
            counter2 = high0 ^ counter3 ^ Vector256.Create(key1);
            counter3 = low0;
            key0 += Weyl0;
            key1 += Weyl1;
        }
        counter0.CopyTo(words);
        counter1.CopyTo(words[Lanes..]);
        counter2.CopyTo(words[(2 * Lanes)..]);
        counter3.CopyTo(words[(3 * Lanes)..]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<uint> High, Vector256<uint> Low) Multiply(Vector256<uint> value, uint multiplier)
    {
        Vector256<uint> factor = Vector256.Create(multiplier);
        Vector256<ulong> even = Avx2.Multiply(value, factor);
        Vector256<ulong> odd = Avx2.Multiply((value.AsUInt64() >> 32).AsUInt32(), factor);
        return (Avx2.Blend((even >> 32).AsUInt32(), odd.AsUInt32(), 0b10101010), Avx2.Blend(even.AsUInt32(), (odd << 32).AsUInt32(), 0b10101010));
    }
}
