using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace AcademicBert.Tokenization;

/// <summary>Text to WordPiece ids without allocation per word. Holds buffers and a word cache: one thread at a time.</summary>
internal sealed class WordPieceEncoder(Vocabulary vocabulary, WordPieceMatcher matcher, BertTokenizationOptions options) : WordScanner(options)
{
    private static readonly string[] s_specialWords = [Vocabulary.Pad, Vocabulary.Unknown, Vocabulary.Classification, Vocabulary.Separator, Vocabulary.Mask];

    private readonly WordCache _cache = new();
    private readonly int[] _pieceIds = new int[MaxWordLength], _pieceEnds = new int[MaxWordLength];
    private List<int> _ids = [];
    private List<Range>? _ranges;

    /// <summary>Appends the ids of a text, without [CLS] and [SEP].</summary>
    /// <param name="text">The text.</param>
    /// <param name="ids">Receives the ids.</param>
    /// <param name="ranges">Receives where in the text each comes from; null when nobody asks.</param>
    public void Append(ReadOnlySpan<char> text, List<int> ids, List<Range>? ranges = null)
    {
        (_ids, _ranges) = (ids, ranges);
        Scan(text);
    }

    /// <inheritdoc/>
    protected override void OnWord(int length, int end)
    {
        if (_ranges is not null)
            AppendWithRanges(length, end, _ranges);
        else if (length <= WordCache.MaxWordLength)
        {
            Array.Clear(Word, length, WordCache.MaxWordLength);
            AppendCached(Vector256.LoadUnsafe(ref Unsafe.As<char, ushort>(ref MemoryMarshal.GetArrayDataReference(Word))), length);
        }
        else
            _ids.AddRange(_pieceIds.AsSpan(0, matcher.Match(Word.AsSpan(0, length), _pieceIds, _pieceEnds)));
    }

    /// <inheritdoc/>
    protected override bool NeedsSources => _ranges is not null;

    /// <inheritdoc/>
    protected override void OnAsciiWord(Vector256<ushort> word, int length, int end) => AppendCached(word, length);

    /// <inheritdoc/>
    protected override void OnTooLongWord(int start, int end)
    {
        _ids.Add(vocabulary.UnknownId);
        _ranges?.Add(start..end);
    }

    /// <inheritdoc/>
    protected override int OnBracket(ReadOnlySpan<char> text, int start)
    {
        foreach (string word in s_specialWords)
            if (text[start..].StartsWith(word, StringComparison.Ordinal) && vocabulary.TryGetId(word, out int id))
            {
                _ids.Add(id);
                _ranges?.Add(start..(start + word.Length));
                return word.Length;
            }
        return 0;
    }

    /// <summary>Appends the pieces of the word that stands in <see cref="WordScanner.Word"/> and, padded with zeros, in a vector.</summary>
    private void AppendCached(Vector256<ushort> word, int length)
    {
        if (!_cache.TryGet(word, out int slot, out ReadOnlySpan<int> pieces))
        {
            pieces = _pieceIds.AsSpan(0, matcher.Match(Word.AsSpan(0, length), _pieceIds, _pieceEnds));
            _cache.Add(word, slot, pieces);
        }
        if (pieces.Length == 1)
            _ids.Add(pieces[0]);
        else
            _ids.AddRange(pieces);
    }

    private void AppendWithRanges(int length, int end, List<Range> ranges)
    {
        int count = matcher.Match(Word.AsSpan(0, length), _pieceIds, _pieceEnds);
        _ids.AddRange(_pieceIds.AsSpan(0, count));
        for (int piece = 0; piece < count; piece++)
        {
            int from = Sources[piece == 0 ? 0 : _pieceEnds[piece - 1]];
            ranges.Add(from..(_pieceEnds[piece] == length ? end : Math.Max(Sources[_pieceEnds[piece]], from)));
        }
    }
}
