namespace AcademicBert.Tokenization;

/// <summary>
/// Merges the most frequent pair of neighbouring pieces again and again, keeping all pair counts up to date.
/// Equal counts are decided by the pieces' ids, so the result is the same on every machine.
/// </summary>
internal sealed class PairMerger
{
    private readonly List<int>[] _words; // pieces of each unique word
    private readonly long[] _counts;
    private readonly Dictionary<(int Left, int Right), long> _pairCounts = [];
    private readonly Dictionary<(int Left, int Right), HashSet<int>> _pairWords = [];
    private readonly PriorityQueue<(int Left, int Right), (long NegativeCount, int Left, int Right)> _queue = new();

    public PairMerger(IReadOnlyList<(List<int> Pieces, long Count)> words)
    {
        _words = [.. words.Select(word => word.Pieces)];
        _counts = [.. words.Select(word => word.Count)];
        for (int word = 0; word < _words.Length; word++)
            for (int i = 0; i + 1 < _words[word].Count; i++)
                Change((_words[word][i], _words[word][i + 1]), _counts[word], word);
        foreach (((int Left, int Right) pair, long count) in _pairCounts)
            _queue.Enqueue(pair, (-count, pair.Left, pair.Right));
    }

    /// <summary>The most frequent pair that stands at least <paramref name="minFrequency"/> times.</summary>
    public bool TryTakeBest(int minFrequency, out (int Left, int Right) pair)
    {
        while (_queue.TryDequeue(out pair, out (long NegativeCount, int, int) priority))
        {
            long count = _pairCounts.GetValueOrDefault(pair);
            if (count == -priority.NegativeCount)
                return count >= minFrequency;
            if (count > 0 && count < -priority.NegativeCount)
                _queue.Enqueue(pair, (-count, pair.Left, pair.Right)); // counts only fall behind the queue
        }
        return false;
    }

    /// <summary>Replaces a pair by one piece in every word.</summary>
    public void Merge((int Left, int Right) pair, int merged)
    {
        var grown = new HashSet<(int, int)>();
        foreach (int word in _pairWords[pair])
            MergeWord(word, pair, merged, grown);
        _pairWords.Remove(pair);
        _pairCounts.Remove(pair);
        foreach ((int Left, int Right) neighbour in grown)
            if (_pairCounts.TryGetValue(neighbour, out long count))
                _queue.Enqueue(neighbour, (-count, neighbour.Left, neighbour.Right));
    }

    private void MergeWord(int word, (int Left, int Right) pair, int merged, HashSet<(int, int)> grown)
    {
        List<int> pieces = _words[word];
        long count = _counts[word];
        for (int i = 0; i + 1 < pieces.Count; i++)
        {
            if (pieces[i] != pair.Left || pieces[i + 1] != pair.Right)
                continue;
            if (i > 0)
            {
                Change((pieces[i - 1], pair.Left), -count, word);
                Change((pieces[i - 1], merged), count, word);
                grown.Add((pieces[i - 1], merged));
            }
            if (i + 2 < pieces.Count)
            {
                Change((pair.Right, pieces[i + 2]), -count, word);
                Change((merged, pieces[i + 2]), count, word);
                grown.Add((merged, pieces[i + 2]));
            }
            pieces[i] = merged;
            pieces.RemoveAt(i + 1);
        }
    }

    private void Change((int Left, int Right) pair, long by, int word)
    {
        _pairCounts[pair] = _pairCounts.GetValueOrDefault(pair) + by;
        if (by > 0)
            (_pairWords.TryGetValue(pair, out HashSet<int>? words) ? words : _pairWords[pair] = []).Add(word);
    }
}
