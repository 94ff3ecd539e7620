using System.Runtime.CompilerServices;
using AcademicBert.Corpus;
using AcademicBert.Tokenization;

namespace AcademicBert.Masking;

/// <summary>
/// Makes pairs for next-sentence prediction: in half of the cases the second part of a sample is replaced by a part of another
/// document. Like the mask, the choice is a pure function of (seed, copy, sample), so every copy pairs anew. Thread-safe; allocates nothing.
/// </summary>
internal sealed class SentencePairing
{
    private const ulong Stream = 0x6E7370;
    private const int Tries = 10;

    private readonly TokenStore _store;
    private readonly ulong _seed;
    private readonly int _separatorId;

    /// <summary>Makes a pairing.</summary>
    /// <param name="store">Samples packed as <see cref="PackingMode.SentencePairs"/>.</param>
    /// <param name="vocabulary">The vocabulary the samples were tokenized with.</param>
    /// <param name="seed">The same seed gives the same pairs.</param>
    public SentencePairing(TokenStore store, Vocabulary vocabulary, ulong seed) => (_store, _separatorId, _seed) = (store, vocabulary.SeparatorId, seed ^ Stream);

    /// <summary>Copies a pair: [CLS] first [SEP] second [SEP].</summary>
    /// <param name="sample">Index of the sample in the store.</param>
    /// <param name="copy">Number of the masked copy.</param>
    /// <param name="destination">Receives the ids; room for the store's sequence length.</param>
    /// <returns>Number of ids, where the second part starts, and whether it is of another document.</returns>
    [SkipLocalsInit]
    public (int Length, int SecondStart, bool IsRandom) Copy(long sample, long copy, Span<int> destination)
    {
        var random = new CounterRandom(_seed, copy, sample);
        int length = _store.CopySample(sample, destination);
        int separator = destination[1..(length - 1)].IndexOf(_separatorId) + 1;
        bool wantsRandom = separator == 0 || random.NextBelow(2) == 1;
        if (!wantsRandom || FindOther(sample, ref random) is not { } other)
            return separator > 0 ? (length, separator + 1, false) : Halve(destination, length);

        // No store has samples of more than CorpusOptions.LongestSequence.
        Span<int> buffer = stackalloc int[_store.SequenceLength];
        ReadOnlySpan<int> second = PartOf(buffer[..(_store.CopySample(other, buffer))], ref random);
        int first = (separator > 0 ? separator : length - 1) - 1;
        (int keptFirst, int keptSecond) = BertWordPieceTokenizer.TruncateLongest(first, second.Length, _store.SequenceLength - 3);
        destination[1 + keptFirst] = _separatorId;
        second[..keptSecond].CopyTo(destination[(2 + keptFirst)..]);
        destination[2 + keptFirst + keptSecond] = _separatorId;
        return (3 + keptFirst + keptSecond, 2 + keptFirst, true);
    }

    /// <summary>A sample of another document; null if tries do not find one.</summary>
    private long? FindOther(long sample, ref CounterRandom random)
    {
        for (int i = 0; i < Tries; i++)
        {
            long other = random.NextBelow((uint)_store.SampleCount);
            if (!_store.AreOfOneDocument(sample, other))
                return other;
        }

        return null;
    }

    /// <summary>Either part of a stored sample, each as likely.</summary>
    private ReadOnlySpan<int> PartOf(ReadOnlySpan<int> sample, ref CounterRandom random)
    {
        ReadOnlySpan<int> content = sample[1..^1];
        int separator = content.IndexOf(_separatorId);
        return separator < 0 ? content : random.NextBelow(2) == 0 ? content[..separator] : content[(separator + 1)..];
    }

    /// <summary>A single sentence, in a corpus of a single document: its second half follows its first.</summary>
    private (int Length, int SecondStart, bool IsRandom) Halve(Span<int> destination, int length)
    {
        int middle = 1 + (length - 2) / 2;
        if (length == _store.SequenceLength)
            length--;
        destination[middle..length].CopyTo(destination[(middle + 1)..]);
        destination[middle] = _separatorId;
        destination[length] = _separatorId;
        return (length + 1, middle + 1, false);
    }
}
