using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text;

namespace AcademicBert.Tokenization;

/// <summary>
/// Normalizes text and cuts it into words in one pass over the characters, by the rules of the original BERT tokenizer.
/// Holds buffers: one thread at a time.
/// </summary>
internal abstract class WordScanner(BertTokenizationOptions options)
{
    /// <summary>Longer words become [UNK], as in the original tokenizer; counted in code points.</summary>
    private const int MaxWordCodePoints = 100;

    private readonly bool _lowerCase = options.LowerCase, _stripAccents = options.StripsAccents;
    private int _length, _codePoints, _wordEnd;

    /// <summary>The characters of the current word; room to pad it with zeros behind.</summary>
    protected char[] Word { get; } = new char[2 * MaxWordCodePoints + WordCache.MaxWordLength];

    /// <summary>Where in the text each character of the current word comes from.</summary>
    protected int[] Sources { get; } = new int[2 * MaxWordCodePoints + WordCache.MaxWordLength];

    /// <summary>Most UTF-16 units a word can have.</summary>
    protected const int MaxWordLength = 2 * MaxWordCodePoints;

    /// <summary>A word of <paramref name="length"/> units stands in <see cref="Word"/>; its last character ends at <paramref name="end"/> in the text.</summary>
    protected abstract void OnWord(int length, int end);

    /// <summary>Whether <see cref="Sources"/> is wanted; without it, words of ASCII are taken sixteen characters at a time.</summary>
    protected virtual bool NeedsSources => true;

    /// <summary>
    /// A word of less than sixteen characters, all ASCII, padded with zeros. It also stands in <see cref="Word"/>, and unless this is
    /// overridden it goes to <see cref="OnWord"/>.
    /// </summary>
    protected virtual void OnAsciiWord(Vector256<ushort> word, int length, int end) => OnWord(length, end);

    /// <summary>A word of too many code points ended.</summary>
    protected abstract void OnTooLongWord(int start, int end);

    /// <summary>The text may spell a special word here; returns its length, or 0.</summary>
    protected abstract int OnBracket(ReadOnlySpan<char> text, int start);

    /// <summary>Cuts a text.</summary>
    protected void Scan(ReadOnlySpan<char> text)
    {
        ReadOnlySpan<CharacterClass> ascii = CharacterClasses.Ascii;
        int caseBit = _lowerCase ? 0x20 : 0;
        _length = _codePoints = 0;
        bool takesWords = !NeedsSources;
        for (int i = 0; i < text.Length;)
        {
            char c = text[i];
            if (c < 128)
            {
                if (takesWords && _length == 0 && ascii[c] == CharacterClass.Word && TakeAsciiWord(text, i, ascii) is int taken and > 0)
                {
                    i += taken;
                    continue;
                }

                switch (ascii[c])
                {
                    case CharacterClass.Word:
                        AppendToWord(c is >= 'A' and <= 'Z' ? (char)(c | caseBit) : c, i, i + 1);
                        break;
                    case CharacterClass.Space:
                        EndWord();
                        break;
                    case CharacterClass.Punctuation:
                        EndWord();
                        if (c == '[' && OnBracket(text, i) is int length and > 0)
                        {
                            i += length;
                            continue;
                        }
                        AppendToWord(c, i, i + 1);
                        EndWord();
                        break;
                }
                i++;
                continue;
            }
            if (Rune.DecodeFromUtf16(text[i..], out Rune rune, out int consumed) == OperationStatus.Done)
                AppendRune(rune, i, i + consumed);
            i += consumed;
        }
        EndWord();
    }

    /// <summary>Takes a whole word at once where it is short, of ASCII only, and ends before a space or a punctuation mark.</summary>
    /// <returns>Its length; 0 where it has to be taken character by character.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int TakeAsciiWord(ReadOnlySpan<char> text, int start, ReadOnlySpan<CharacterClass> ascii)
    {
        if (text.Length - start < WordCache.MaxWordLength)
            return 0;
        Vector256<ushort> characters = Vector256.LoadUnsafe(ref Unsafe.As<char, ushort>(ref MemoryMarshal.GetReference(text)), (nuint)start);
        Vector256<ushort> lower = characters | Vector256.Create((ushort)0x20);
        Vector256<ushort> letters = Vector256.LessThan(lower - Vector256.Create((ushort)'a'), Vector256.Create((ushort)26));
        Vector256<ushort> digits = Vector256.LessThan(characters - Vector256.Create((ushort)'0'), Vector256.Create((ushort)10));
        int length = BitOperations.TrailingZeroCount(~(letters | digits).ExtractMostSignificantBits());
        if (length is 0 or >= WordCache.MaxWordLength || text[start + length] >= 128 || ascii[text[start + length]] is not (CharacterClass.Space or CharacterClass.Punctuation))
            return 0;
        Vector256<ushort> inside = Vector256.LessThan(Vector256<ushort>.Indices, Vector256.Create((ushort)length));
        Vector256<ushort> word = (_lowerCase ? Vector256.ConditionalSelect(letters, lower, characters) : characters) & inside;
        word.StoreUnsafe(ref Unsafe.As<char, ushort>(ref MemoryMarshal.GetArrayDataReference(Word)));
        OnAsciiWord(word, length, start + length);
        return length;
    }

    private void AppendRune(Rune rune, int start, int end)
    {
        CharacterClass kind = CharacterClasses.Of(rune);
        switch (kind)
        {
            case CharacterClass.Removed:
                return;
            case CharacterClass.Space:
                EndWord();
                return;
            case CharacterClass.Ideograph:
                EndWord();
                AppendFolded(rune, start, end);
                EndWord();
                return;
            default:
                AppendFolded(_lowerCase ? Lower(rune) : rune, start, end);
                // U+0130 is the one character whose lower case is two: i and a dot above, which stripping accents removes.
                if (_lowerCase && !_stripAccents && rune.Value == 0x130)
                    AppendPart(new Rune(0x307), start, end);
                return;
        }
    }

    private void AppendFolded(Rune rune, int start, int end)
    {
        if (_stripAccents && AccentFolding.TryFold(rune, out string folded))
        {
            foreach (Rune part in folded.EnumerateRunes())
                AppendPart(part, start, end);
            return;
        }
        AppendPart(rune, start, end);
    }

    private void AppendPart(Rune rune, int start, int end)
    {
        bool alone = CharacterClasses.Of(rune) == CharacterClass.Punctuation;
        if (alone)
            EndWord();
        Span<char> units = stackalloc char[2];
        int count = rune.EncodeToUtf16(units);
        AppendToWord(units[0], start, end);
        if (count == 2 && _length < Word.Length - WordCache.MaxWordLength)
        {
            Sources[_length] = start;
            Word[_length++] = units[1];
        }
        if (alone)
            EndWord();
    }

    private void AppendToWord(char c, int start, int end)
    {
        _codePoints++;
        _wordEnd = end;
        if (_codePoints > MaxWordCodePoints)
            return;
        Sources[_length] = start;
        Word[_length++] = c;
    }

    private void EndWord()
    {
        int length = _length;
        if (length == 0)
            return;
        bool tooLong = _codePoints > MaxWordCodePoints;
        _length = _codePoints = 0;
        if (tooLong)
            OnTooLongWord(Sources[0], _wordEnd);
        else
            OnWord(length, _wordEnd);
    }

    private static Rune Lower(Rune rune) => rune.Value == 0x130 ? new Rune('i') : Rune.ToLowerInvariant(rune);
}
