using System.Runtime.CompilerServices;

namespace AcademicBert.Masking;

/// <summary>Chooses whole words, or spans of whole words, until a number of tokens is reached.</summary>
internal sealed class WordSelector(bool[] continues, MaskingOptions options)
{
    /// <summary>Sets the bits of the chosen candidates and, where a new draw of the replacement is due, of the decisions.</summary>
    /// <param name="tokens">Ids of the sample.</param>
    /// <param name="candidates">Positions that may be masked, ascending.</param>
    /// <param name="count">Number of tokens wanted.</param>
    /// <param name="chosen">Receives a bit for each chosen candidate.</param>
    /// <param name="decisions">Receives a bit for each candidate that starts a word (or a span).</param>
    /// <param name="random">Source of randomness.</param>
    /// <returns>Number of chosen tokens: at least 1, at most <paramref name="count"/>, less only if no remaining word fits.</returns>
    [SkipLocalsInit]
    public int Choose(
        ReadOnlySpan<int> tokens, ReadOnlySpan<ushort> candidates, int count,
        Span<ulong> chosen, Span<ulong> decisions, ref CounterRandom random)
    {
        // Word w is made of candidates starts[w] .. starts[w + 1] - 1.
        Span<ushort> starts = stackalloc ushort[candidates.Length + 1];
        int words = 0;
        for (int i = 0; i < candidates.Length; i++)
        {
            bool joined = i > 0 && candidates[i] == candidates[i - 1] + 1 && continues[tokens[candidates[i]]];
            if (!joined)
                starts[words++] = (ushort)i;
        }

        starts[words] = (ushort)candidates.Length;
        Span<ushort> order = stackalloc ushort[words];
        for (int w = 0; w < words; w++)
            order[w] = (ushort)w;

        int taken = 0;
        for (int drawn = 0; drawn < words && taken < count; drawn++)
        {
            int other = drawn + (int)random.NextBelow((uint)(words - drawn));
            (order[drawn], order[other]) = (order[other], order[drawn]);
            int length = options.Unit == MaskingUnit.Span ? SpanLength(ref random) : 1;
            taken += Take(starts, order[drawn], Math.Min(order[drawn] + length, words), count - taken, chosen, decisions);
        }

        if (taken > 0)
            return taken;

        // Every word is longer than the count: a part of the first drawn one, so that no sample is without a prediction.
        int start = starts[order[0]];
        Bits.Set(decisions, start);
        for (int i = start; i < start + count; i++)
            Bits.Set(chosen, i);
        return count;
    }

    /// <summary>Takes words first .. end - 1 as long as they fit and are not taken; what happens to them is drawn once for a span, else for each token.</summary>
    private int Take(ReadOnlySpan<ushort> starts, int first, int end, int room, Span<ulong> chosen, Span<ulong> decisions)
    {
        int taken = 0;
        for (int word = first; word < end; word++)
        {
            int length = starts[word + 1] - starts[word];
            if (length > room - taken || Bits.IsSet(chosen, starts[word]))
                break;
            for (int i = starts[word]; i < starts[word + 1]; i++)
            {
                Bits.Set(chosen, i);
                if (options.Unit == MaskingUnit.WholeWord || (word == first && i == starts[word]))
                    Bits.Set(decisions, i);
            }

            taken += length;
        }

        return taken;
    }

    private int SpanLength(ref CounterRandom random)
    {
        int length = 1;
        while (length < options.MaxSpanWords && random.NextUnit() >= options.SpanEndProbability)
            length++;
        return length;
    }
}
