namespace AcademicBert.Tokenization;

/// <summary>Cuts one normalized word into the longest vocabulary words from the left.</summary>
internal sealed class WordPieceMatcher
{
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _beginnings;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _continuations;
    private readonly int _longestBeginning, _longestContinuation, _unknownId;

    public WordPieceMatcher(Vocabulary vocabulary)
    {
        var beginnings = new Dictionary<string, int>(StringComparer.Ordinal);
        var continuations = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int id = 0; id < vocabulary.Count; id++)
        {
            string word = vocabulary[id];
            if (word.Length == 0)
                continue;
            beginnings.Add(word, id);
            if (word.StartsWith(Vocabulary.ContinuationPrefix, StringComparison.Ordinal))
                continuations.Add(word[Vocabulary.ContinuationPrefix.Length..], id);
        }
        _beginnings = beginnings.GetAlternateLookup<ReadOnlySpan<char>>();
        _continuations = continuations.GetAlternateLookup<ReadOnlySpan<char>>();
        _longestBeginning = beginnings.Keys.Max(word => word.Length);
        _longestContinuation = continuations.Keys.Select(word => word.Length).DefaultIfEmpty().Max();
        _unknownId = vocabulary.UnknownId;
    }

    /// <summary>Writes the pieces of a word.</summary>
    /// <param name="word">The word.</param>
    /// <param name="ids">Receives their ids; as long as the word.</param>
    /// <param name="ends">Receives where each piece ends in the word.</param>
    /// <returns>Number of pieces; 1 with [UNK] when the word cannot be made up.</returns>
    public int Match(ReadOnlySpan<char> word, Span<int> ids, Span<int> ends)
    {
        int count = 0;
        for (int start = 0; start < word.Length; count++)
        {
            int length = Math.Min(word.Length - start, start == 0 ? _longestBeginning : _longestContinuation);
            int id = -1;
            for (; length > 0; length--)
                if ((start == 0 ? _beginnings : _continuations).TryGetValue(word.Slice(start, length), out id))
                    break;
            if (length == 0)
            {
                ids[0] = _unknownId;
                ends[0] = word.Length;
                return 1;
            }
            start += length;
            ids[count] = id;
            ends[count] = start;
        }
        return count;
    }
}
