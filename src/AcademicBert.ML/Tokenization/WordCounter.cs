using System.Runtime.ExceptionServices;

namespace AcademicBert.Tokenization;

/// <summary>Counts the normalized words of texts: memory grows with the unique words, not with the text.</summary>
internal sealed class WordCounter(BertTokenizationOptions options) : WordScanner(options)
{
    private readonly Dictionary<string, long> _counts = new(StringComparer.Ordinal);

    /// <summary>Counts so far.</summary>
    public IReadOnlyDictionary<string, long> Counts => _counts;

    /// <summary>Counts the words of all texts on <paramref name="threads"/> threads; the sums do not depend on their number.</summary>
    public static SortedDictionary<string, long> Count(IEnumerable<string> texts, BertTokenizationOptions options, int threads, CancellationToken cancellationToken)
    {
        var total = new SortedDictionary<string, long>(StringComparer.Ordinal);
        try
        {
            Parallel.ForEach(
                texts,
                new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken },
                () => new WordCounter(options),
                (text, _, counter) =>
                {
                    counter.Add(text);
                    return counter;
                },
                counter =>
                {
                    lock (total)
                        foreach ((string word, long count) in counter._counts)
                            total[word] = total.GetValueOrDefault(word) + count;
                });
        }
        catch (AggregateException errors)
        {
            // The reader of the texts names the file; its own exception is what callers catch.
            ExceptionDispatchInfo.Throw(errors.InnerExceptions[0]);
        }

        return total;
    }

    /// <summary>Counts the words of one text.</summary>
    public void Add(string text) => Scan(text);

    /// <inheritdoc/>
    protected override bool NeedsSources => false;

    /// <inheritdoc/>
    protected override void OnWord(int length, int end)
    {
        ref long count = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(
            _counts.GetAlternateLookup<ReadOnlySpan<char>>(), Word.AsSpan(0, length), out _);
        count++;
    }

    /// <inheritdoc/>
    protected override void OnTooLongWord(int start, int end)
    {
        // Such words become [UNK] whatever the vocabulary.
    }

    /// <inheritdoc/>
    protected override int OnBracket(ReadOnlySpan<char> text, int start) => 0;
}
