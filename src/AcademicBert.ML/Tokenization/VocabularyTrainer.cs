using System.Text;

namespace AcademicBert.Tokenization;

/// <summary>Makes a WordPiece vocabulary from text: single characters first, then the most frequent pairs merged, so that nothing has to be downloaded.</summary>
public static class VocabularyTrainer
{
    private static readonly string[] s_specialWords = [Vocabulary.Pad, Vocabulary.Unknown, Vocabulary.Classification, Vocabulary.Separator, Vocabulary.Mask];

    /// <summary>Trains a vocabulary. The same texts and options give the same vocabulary, whatever the number of threads.</summary>
    /// <param name="texts">The texts; read once.</param>
    /// <param name="options">Size and rules; defaults as documented there.</param>
    /// <param name="cancellationToken">Stops with <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ArgumentException">An option is invalid, or the texts hold no word.</exception>
    public static Vocabulary Train(IEnumerable<string> texts, VocabularyTrainerOptions? options = null, CancellationToken cancellationToken = default) =>
        Train(texts, options, out _, cancellationToken);

    /// <summary>Trains a vocabulary and tells how well it covers the texts.</summary>
    /// <param name="texts">The texts; read once.</param>
    /// <param name="options">Size and rules; defaults as documented there.</param>
    /// <param name="coverage">How many words are one piece, and how many are unknown.</param>
    /// <param name="cancellationToken">Stops with <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ArgumentException">An option is invalid, or the texts hold no word.</exception>
    public static Vocabulary Train(IEnumerable<string> texts, VocabularyTrainerOptions? options, out VocabularyCoverage coverage, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        options ??= new VocabularyTrainerOptions();
        options.Validate();
        SortedDictionary<string, long> counts = WordCounter.Count(texts, options.Tokenization, options.Threads, cancellationToken);
        if (counts.Count == 0)
            throw new ArgumentException("The texts hold no word to train a vocabulary from.", nameof(texts));

        HashSet<string> alphabet = Alphabet(counts, options.AlphabetLimit);
        var pieces = new List<string>(s_specialWords);
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        var words = new List<(List<int> Pieces, long Count)>(counts.Count);
        var characters = new SortedSet<string>(StringComparer.Ordinal);
        foreach (string word in counts.Keys)
            characters.UnionWith(Split(word).Where(character => alphabet.Contains(Bare(character))));
        foreach (string character in characters.Take(options.Size - s_specialWords.Length))
            Add(character);
        foreach ((string word, long count) in counts)
        {
            List<string> split = Split(word);
            if (split.All(ids.ContainsKey))
                words.Add(([.. split.Select(character => ids[character])], count));
        }

        var merger = new PairMerger(words);
        while (pieces.Count < options.Size && merger.TryTakeBest(options.MinFrequency, out (int Left, int Right) pair))
        {
            cancellationToken.ThrowIfCancellationRequested();
            merger.Merge(pair, Add(pieces[pair.Left] + Bare(pieces[pair.Right])));
        }
        coverage = new VocabularyCoverage(
            counts.Values.Sum(), counts.Count, counts.Where(word => ids.ContainsKey(word.Key)).Sum(word => word.Value), counts.Values.Sum() - words.Sum(word => word.Count));
        return Vocabulary.FromWords(pieces);

        int Add(string piece)
        {
            // Different pairs can spell the same piece; it keeps its first id.
            if (ids.TryGetValue(piece, out int known))
                return known;
            ids.Add(piece, pieces.Count);
            pieces.Add(piece);
            return pieces.Count - 1;
        }
    }

    private static HashSet<string> Alphabet(SortedDictionary<string, long> counts, int limit)
    {
        var frequency = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach ((string word, long count) in counts)
            foreach (string character in Split(word))
                frequency[Bare(character)] = frequency.GetValueOrDefault(Bare(character)) + count;
        return [.. frequency.OrderByDescending(pair => pair.Value).Take(limit).Select(pair => pair.Key)];
    }

    private static List<string> Split(string word)
    {
        var split = new List<string>(word.Length);
        foreach (Rune rune in word.EnumerateRunes())
            split.Add(split.Count == 0 ? rune.ToString() : Vocabulary.ContinuationPrefix + rune);
        return split;
    }

    private static string Bare(string piece) =>
        piece.Length > Vocabulary.ContinuationPrefix.Length && piece.StartsWith(Vocabulary.ContinuationPrefix, StringComparison.Ordinal)
            ? piece[Vocabulary.ContinuationPrefix.Length..]
            : piece;
}
