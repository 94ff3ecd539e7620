using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Microsoft.ML.Tokenizers;

namespace AcademicBert.Tokenization;

/// <summary>
/// The tokenizer of BERT, equal to the original in every id. Thread-safe. As a <see cref="Tokenizer"/> it gives the pieces
/// of a text; <see cref="EncodeInput"/> builds what a model reads, with [CLS] and [SEP].
/// </summary>
public sealed class BertWordPieceTokenizer : Tokenizer
{
    private readonly ThreadLocal<WordPieceEncoder> _encoder;

    private BertWordPieceTokenizer(Vocabulary vocabulary, BertTokenizationOptions options)
    {
        Vocabulary = vocabulary;
        Options = options;
        var matcher = new WordPieceMatcher(vocabulary);
        _encoder = new ThreadLocal<WordPieceEncoder>(() => new WordPieceEncoder(vocabulary, matcher, options));
        string settings = $"{vocabulary.Fingerprint}\nlowercase={options.LowerCase}\nstrip_accents={options.StripsAccents}";
        Fingerprint = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(settings)));
    }

    /// <summary>The vocabulary.</summary>
    public Vocabulary Vocabulary { get; }

    /// <summary>How text is normalized.</summary>
    public BertTokenizationOptions Options { get; }

    /// <summary>SHA-256, in hexadecimal, of vocabulary and options: what a tokenized corpus must have been made with.</summary>
    public string Fingerprint { get; }

    /// <summary>Makes a tokenizer.</summary>
    /// <param name="vocabulary">The vocabulary.</param>
    /// <param name="options">Normalization; by default that of the uncased models.</param>
    public static BertWordPieceTokenizer Create(Vocabulary vocabulary, BertTokenizationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(vocabulary);
        return new BertWordPieceTokenizer(vocabulary, options ?? new BertTokenizationOptions());
    }

    /// <summary>Reads the tokenizer of a model folder, ours or Hugging Face's.</summary>
    /// <param name="modelFolder">A folder with <c>vocab.txt</c> or <c>tokenizer.json</c>; without <c>tokenizer_config.json</c> it is uncased.</param>
    /// <exception cref="FileNotFoundException">The folder has neither.</exception>
    /// <exception cref="InvalidDataException">A file is damaged, or asks for what is not supported; the message names it.</exception>
    public static BertWordPieceTokenizer Load(string modelFolder)
    {
        ArgumentException.ThrowIfNullOrEmpty(modelFolder);
        return TokenizerFolder.Load(modelFolder);
    }

    /// <summary>Appends the ids of a text, without [CLS] and [SEP]; allocates nothing but the list's growth.</summary>
    public void AppendIds(ReadOnlySpan<char> text, List<int> ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        _encoder.Value!.Append(text, ids);
    }

    /// <summary>Builds one input of a model: [CLS] first [SEP], or [CLS] first [SEP] second [SEP].</summary>
    /// <param name="first">The text, or the first of a pair.</param>
    /// <param name="second">The second of a pair; null for a single text.</param>
    /// <param name="maxLength">Most ids the input may have, special ones included; the longer text is cut first, from its end.</param>
    /// <param name="ids">Receives the ids; cleared first.</param>
    /// <param name="tokenTypes">Receives 0 for the first text and 1 for the second, as many as ids; cleared first.</param>
    public void EncodeInput(string first, string? second, int maxLength, List<int> ids, List<int> tokenTypes)
    {
        int special = second is null ? 2 : 3;
        ArgumentOutOfRangeException.ThrowIfLessThan(maxLength, special);
        ids.Clear();
        tokenTypes.Clear();
        ids.Add(Vocabulary.ClassificationId);
        AppendIds(first, ids);
        int firstLength = ids.Count - 1;
        if (second is null)
        {
            int kept = Math.Min(firstLength, maxLength - special);
            ids.RemoveRange(1 + kept, firstLength - kept);
        }
        else
        {
            var secondIds = new List<int>();
            AppendIds(second, secondIds);
            (int keptFirst, int keptSecond) = TruncateLongest(firstLength, secondIds.Count, maxLength - special);
            ids.RemoveRange(1 + keptFirst, firstLength - keptFirst);
            ids.Add(Vocabulary.SeparatorId);
            tokenTypes.AddRange(Enumerable.Repeat(0, ids.Count));
            ids.AddRange(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(secondIds)[..keptSecond]);
        }
        ids.Add(Vocabulary.SeparatorId);
        int type = second is null ? 0 : 1;
        while (tokenTypes.Count < ids.Count)
            tokenTypes.Add(type);
    }

    /// <summary>Lengths left when one id at a time is taken from the longer of two, from the second when equal.</summary>
    internal static (int First, int Second) TruncateLongest(int first, int second, int budget)
    {
        while (first + second > budget)
        {
            if (first > second)
                first--;
            else
                second--;
        }
        return (first, second);
    }

    /// <inheritdoc/>
    protected override EncodeResults<EncodedToken> EncodeToTokens(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings)
    {
        ReadOnlySpan<char> source = text is null ? textSpan : text;
        (List<int> ids, List<Range> ranges) = Encode(source);
        int count = Math.Min(ids.Count, settings.MaxTokenCount);
        EncodedToken[] tokens = [.. Enumerable.Range(0, count).Select(i => new EncodedToken(ids[i], Vocabulary[ids[i]], ranges[i]))];
        return new EncodeResults<EncodedToken> { Tokens = tokens, CharsConsumed = Consumed(source, ids, ranges, count) };
    }

    /// <inheritdoc/>
    protected override EncodeResults<int> EncodeToIds(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings)
    {
        ReadOnlySpan<char> source = text is null ? textSpan : text;
        if (settings.MaxTokenCount == int.MaxValue)
        {
            var all = new List<int>();
            AppendIds(source, all);
            return new EncodeResults<int> { Tokens = all, CharsConsumed = source.Length };
        }
        (List<int> ids, List<Range> ranges) = Encode(source);
        int count = Math.Min(ids.Count, settings.MaxTokenCount);
        return new EncodeResults<int> { Tokens = ids.GetRange(0, count), CharsConsumed = Consumed(source, ids, ranges, count) };
    }

    /// <inheritdoc/>
    protected override int CountTokens(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings) =>
        EncodeToIds(text, textSpan, settings).Tokens.Count;

    /// <inheritdoc/>
    protected override int GetIndexByTokenCount(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings, bool fromEnd, out string? normalizedText, out int tokenCount)
    {
        ReadOnlySpan<char> source = text is null ? textSpan : text;
        normalizedText = null;
        (List<int> ids, List<Range> ranges) = Encode(source);
        tokenCount = Math.Min(ids.Count, settings.MaxTokenCount);
        if (!fromEnd)
            return Consumed(source, ids, ranges, tokenCount);
        return tokenCount == ids.Count ? 0 : tokenCount == 0 ? source.Length : ranges[^tokenCount].Start.Value;
    }

    /// <summary>The text of ids: pieces joined to words, words by spaces.</summary>
    public override string Decode(IEnumerable<int> ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        var text = new StringBuilder();
        foreach (int id in ids)
            text.Append(Written(id, text.Length == 0));
        return text.ToString();
    }

    /// <inheritdoc/>
    public override OperationStatus Decode(IEnumerable<int> ids, Span<char> destination, out int idsConsumed, out int charsWritten)
    {
        ArgumentNullException.ThrowIfNull(ids);
        (idsConsumed, charsWritten) = (0, 0);
        foreach (int id in ids)
        {
            string word = Written(id, charsWritten == 0);
            if (!word.TryCopyTo(destination[charsWritten..]))
                return OperationStatus.DestinationTooSmall;
            charsWritten += word.Length;
            idsConsumed++;
        }
        return OperationStatus.Done;
    }

    private string Written(int id, bool first)
    {
        string word = Vocabulary[id];
        return word.StartsWith(Vocabulary.ContinuationPrefix, StringComparison.Ordinal) && !first ? word[Vocabulary.ContinuationPrefix.Length..]
            : first ? word
            : " " + word;
    }

    private (List<int> Ids, List<Range> Ranges) Encode(ReadOnlySpan<char> text)
    {
        var ids = new List<int>();
        var ranges = new List<Range>();
        _encoder.Value!.Append(text, ids, ranges);
        return (ids, ranges);
    }

    private static int Consumed(ReadOnlySpan<char> text, List<int> ids, List<Range> ranges, int count) =>
        count == ids.Count ? text.Length : count == 0 ? 0 : ranges[count - 1].End.Value;
}
