using System.Numerics;
using System.Runtime.CompilerServices;
using AcademicBert.Corpus;
using AcademicBert.Tokenization;

namespace AcademicBert.Masking;

/// <summary>
/// Masks samples for masked-language-model training. The mask of a sample is a pure function of (seed, copy, sample),
/// so nothing is stored and any position of a run can be repeated. Immutable and thread-safe; allocates nothing per sample.
/// </summary>
internal sealed class SampleMasker
{
    private readonly ulong _seed;
    private readonly int[] _replacements;
    private readonly ulong _maskBelow, _randomBelow;
    private readonly MaskingVocabulary _vocabulary;
    private readonly WordSelector _words;

    /// <summary>Makes a masker.</summary>
    /// <param name="vocabulary">The vocabulary the samples were tokenized with.</param>
    /// <param name="options">How to mask; validated here.</param>
    /// <param name="seed">The same seed gives the same masks.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public SampleMasker(Vocabulary vocabulary, MaskingOptions options, ulong seed)
    {
        options.Validate();
        Options = options;
        _vocabulary = new MaskingVocabulary(vocabulary);
        _replacements = options.ReferenceCompatible ? _vocabulary.AllIds : _vocabulary.OrdinaryIds;
        _maskBelow = (ulong)(options.MaskTokenShare * 4294967296.0);
        _randomBelow = (ulong)((options.MaskTokenShare + options.RandomTokenShare) * 4294967296.0);
        _words = new WordSelector(_vocabulary.Continues, options);
        _seed = seed;
    }

    /// <summary>How samples are masked.</summary>
    public MaskingOptions Options { get; }

    /// <summary>Id of [PAD], which fills the rest of shorter samples.</summary>
    public int PadId => _vocabulary.PadId;

    /// <summary>Masks a sample in place.</summary>
    /// <param name="tokens">Ids of the sample, [CLS] and [SEP] included, without padding.</param>
    /// <param name="copy">Number of the masked copy.</param>
    /// <param name="sample">Index of the sample in its store.</param>
    /// <param name="positions">Receives the masked positions, ascending; room for the prediction count.</param>
    /// <param name="originals">Receives the ids that stood there.</param>
    /// <returns>Number of masked tokens: <see cref="MaskingOptions.PredictionCount"/>, less if the sample has fewer tokens that may be masked.</returns>
    [SkipLocalsInit]
    public int Mask(Span<int> tokens, long copy, long sample, Span<int> positions, Span<int> originals)
    {
        if (tokens.Length > CorpusOptions.LongestSequence)
            throw new ArgumentException($"A sample has {CorpusOptions.LongestSequence} tokens at most; this one has {tokens.Length}.", nameof(tokens));

        // Candidates are all positions but the delimiters, also those between documents of a fully packed sample.
        Span<ushort> candidates = stackalloc ushort[tokens.Length];
        int candidateCount = 0;
        for (int i = 0; i < tokens.Length; i++)
        {
            candidates[candidateCount] = (ushort)i;
            candidateCount += _vocabulary.IsDelimiter(tokens[i]) ? 0 : 1;
        }

        candidates = candidates[..candidateCount];
        int count = Math.Min(Options.PredictionCount(tokens.Length), candidateCount);
        if (count == 0)
            return 0;

        var random = new CounterRandom(_seed, copy, sample);
        Span<ulong> chosen = stackalloc ulong[(candidateCount + 63) / 64];
        Span<ulong> decisions = stackalloc ulong[chosen.Length];
        chosen.Clear();
        decisions.Fill(Options.Unit == MaskingUnit.Token ? ulong.MaxValue : 0);
        if (Options.Unit == MaskingUnit.Token)
            ChooseTokens(chosen, candidateCount, count, ref random);
        else
            count = _words.Choose(tokens, candidates, count, chosen, decisions, ref random);

        Replace(tokens, candidates, chosen, decisions, positions[..count], originals[..count], ref random);
        return count;
    }

    /// <summary>A uniformly random subset of <paramref name="count"/> of the first <paramref name="candidateCount"/> bits (Floyd's algorithm).</summary>
    private static void ChooseTokens(Span<ulong> chosen, int candidateCount, int count, ref CounterRandom random)
    {
        for (int last = candidateCount - count; last < candidateCount; last++)
        {
            int drawn = (int)random.NextBelow((uint)last + 1);
            int pick = Bits.IsSet(chosen, drawn) ? last : drawn;
            Bits.Set(chosen, pick);
        }
    }

    /// <summary>Replaces the chosen tokens; a new draw of what happens is made wherever <paramref name="decisions"/> has a bit.</summary>
    private void Replace(
        Span<int> tokens, ReadOnlySpan<ushort> candidates, ReadOnlySpan<ulong> chosen, ReadOnlySpan<ulong> decisions,
        Span<int> positions, Span<int> originals, ref CounterRandom random)
    {
        int written = 0;
        uint decision = 0;
        for (int word = 0; word < chosen.Length; word++)
        {
            for (ulong bits = chosen[word]; bits != 0; bits &= bits - 1)
            {
                int bit = BitOperations.TrailingZeroCount(bits);
                int position = candidates[word * 64 + bit];
                positions[written] = position;
                originals[written++] = tokens[position];
                if ((decisions[word] >> bit & 1) != 0)
                    decision = random.Next();
                if (decision < _maskBelow)
                    tokens[position] = _vocabulary.MaskId;
                else if (decision < _randomBelow)
                    tokens[position] = _replacements[random.NextBelow((uint)_replacements.Length)];
            }
        }
    }
}
