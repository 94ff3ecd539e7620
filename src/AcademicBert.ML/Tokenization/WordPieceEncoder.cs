using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;

namespace AcademicBert.Tokenization;

/// <summary>
/// Text to WordPiece ids in one pass over the characters, without allocation per word. Holds buffers and a word cache:
/// one thread at a time.
/// </summary>
internal sealed class WordPieceEncoder
{
    /// <summary>Longer words become [UNK], as in the original tokenizer; counted in code points.</summary>
    private const int MaxWordCodePoints = 100;

    private readonly Vocabulary _vocabulary;
    private readonly WordPieceMatcher _matcher;
    private readonly WordCache _cache = new();
    private readonly bool _lowerCase, _stripAccents;
    private readonly char[] _word = new char[2 * MaxWordCodePoints + WordCache.MaxWordLength];
    private readonly int[] _sources = new int[2 * MaxWordCodePoints + WordCache.MaxWordLength];
    private readonly int[] _ids = new int[2 * MaxWordCodePoints], _ends = new int[2 * MaxWordCodePoints];
    private int _length, _codePoints, _wordEnd;

    public WordPieceEncoder(Vocabulary vocabulary, WordPieceMatcher matcher, BertTokenizationOptions options)
    {
        _vocabulary = vocabulary;
        _matcher = matcher;
        _lowerCase = options.LowerCase;
        _stripAccents = options.StripsAccents;
    }

    /// <summary>Appends the ids of a text, without [CLS] and [SEP].</summary>
    public void Append(ReadOnlySpan<char> text, List<int> ids) => Scan(text, ids, null);

    /// <summary>Appends the ids of a text and where in the text each comes from.</summary>
    public void Append(ReadOnlySpan<char> text, List<int> ids, List<Range> ranges) => Scan(text, ids, ranges);

    private void Scan(ReadOnlySpan<char> text, List<int> ids, List<Range>? ranges)
    {
        ReadOnlySpan<CharacterClass> ascii = CharacterClasses.Ascii;
        int caseBit = _lowerCase ? 0x20 : 0;
        _length = _codePoints = 0;
        for (int i = 0; i < text.Length;)
        {
            char c = text[i];
            if (c < 128)
            {
                switch (ascii[c])
                {
                    case CharacterClass.Word:
                        AppendToWord(c is >= 'A' and <= 'Z' ? (char)(c | caseBit) : c, i, i + 1);
                        break;
                    case CharacterClass.Space:
                        EndWord(ids, ranges);
                        break;
                    case CharacterClass.Punctuation:
                        EndWord(ids, ranges);
                        if (c == '[' && TryMatchSpecial(text[i..], out int special, out int length))
                        {
                            ids.Add(special);
                            ranges?.Add(i..(i + length));
                            i += length;
                            continue;
                        }
                        AppendToWord(c, i, i + 1);
                        EndWord(ids, ranges);
                        break;
                }
                i++;
                continue;
            }
            if (Rune.DecodeFromUtf16(text[i..], out Rune rune, out int consumed) == OperationStatus.Done)
                AppendRune(rune, i, i + consumed, ids, ranges);
            i += consumed;
        }
        EndWord(ids, ranges);
    }

    private void AppendRune(Rune rune, int start, int end, List<int> ids, List<Range>? ranges)
    {
        CharacterClass kind = CharacterClasses.Of(rune);
        switch (kind)
        {
            case CharacterClass.Removed:
                return;
            case CharacterClass.Space:
                EndWord(ids, ranges);
                return;
            case CharacterClass.Ideograph:
                EndWord(ids, ranges);
                AppendFolded(rune, start, end, ids, ranges);
                EndWord(ids, ranges);
                return;
            default:
                AppendFolded(_lowerCase ? Lower(rune) : rune, start, end, ids, ranges);
                // U+0130 is the one character whose lower case is two: i and a dot above, which stripping accents removes.
                if (_lowerCase && !_stripAccents && rune.Value == 0x130)
                    AppendPart(new Rune(0x307), start, end, ids, ranges);
                return;
        }
    }

    private void AppendFolded(Rune rune, int start, int end, List<int> ids, List<Range>? ranges)
    {
        if (_stripAccents && AccentFolding.TryFold(rune, out string folded))
        {
            foreach (Rune part in folded.EnumerateRunes())
                AppendPart(part, start, end, ids, ranges);
            return;
        }
        AppendPart(rune, start, end, ids, ranges);
    }

    private void AppendPart(Rune rune, int start, int end, List<int> ids, List<Range>? ranges)
    {
        bool alone = CharacterClasses.Of(rune) == CharacterClass.Punctuation;
        if (alone)
            EndWord(ids, ranges);
        Span<char> units = stackalloc char[2];
        int count = rune.EncodeToUtf16(units);
        AppendToWord(units[0], start, end);
        if (count == 2 && _length < _word.Length - WordCache.MaxWordLength)
        {
            _sources[_length] = start;
            _word[_length++] = units[1];
        }
        if (alone)
            EndWord(ids, ranges);
    }

    private void AppendToWord(char c, int start, int end)
    {
        _codePoints++;
        _wordEnd = end;
        if (_codePoints > MaxWordCodePoints)
            return;
        _sources[_length] = start;
        _word[_length++] = c;
    }

    private void EndWord(List<int> ids, List<Range>? ranges)
    {
        int length = _length;
        if (length == 0)
            return;
        bool tooLong = _codePoints > MaxWordCodePoints;
        _length = _codePoints = 0;
        if (tooLong)
        {
            ids.Add(_vocabulary.UnknownId);
            ranges?.Add(_sources[0].._wordEnd);
            return;
        }
        if (ranges is null && length <= WordCache.MaxWordLength)
        {
            Array.Clear(_word, length, WordCache.MaxWordLength);
            ref char first = ref MemoryMarshal.GetArrayDataReference(_word);
            if (_cache.TryGet(ref first, out int slot, out ReadOnlySpan<int> cached))
            {
                if (cached.Length == 1)
                    ids.Add(cached[0]);
                else
                    ids.AddRange(cached);
                return;
            }
            int pieces = _matcher.Match(_word.AsSpan(0, length), _ids, _ends);
            _cache.Add(ref first, slot, _ids.AsSpan(0, pieces));
            ids.AddRange(_ids.AsSpan(0, pieces));
            return;
        }
        int count = _matcher.Match(_word.AsSpan(0, length), _ids, _ends);
        ids.AddRange(_ids.AsSpan(0, count));
        for (int piece = 0; ranges is not null && piece < count; piece++)
        {
            int from = piece == 0 ? 0 : _ends[piece - 1];
            ranges.Add(_sources[from]..(_ends[piece] == length ? _wordEnd : Math.Max(_sources[_ends[piece]], _sources[from])));
        }
    }

    private bool TryMatchSpecial(ReadOnlySpan<char> text, out int id, out int length)
    {
        foreach (string word in (ReadOnlySpan<string>)[Vocabulary.Pad, Vocabulary.Unknown, Vocabulary.Classification, Vocabulary.Separator, Vocabulary.Mask])
            if (text.StartsWith(word, StringComparison.Ordinal))
            {
                length = word.Length;
                return _vocabulary.TryGetId(word, out id);
            }
        (id, length) = (0, 0);
        return false;
    }

    private static Rune Lower(Rune rune) => rune.Value == 0x130 ? new Rune('i') : Rune.ToLowerInvariant(rune);
}
