using System.Globalization;
using System.Text;

namespace AcademicBert.Tokenization;

/// <summary>What a character does to the words around it.</summary>
internal enum CharacterClass : byte
{
    /// <summary>Disappears: control, format, private use, surrogate, unassigned, U+0000 and U+FFFD.</summary>
    Removed,

    /// <summary>Belongs to a word.</summary>
    Word,

    /// <summary>Separates words.</summary>
    Space,

    /// <summary>Is a word of its own.</summary>
    Punctuation,

    /// <summary>A CJK ideograph: a word of its own.</summary>
    Ideograph,
}

/// <summary>Classifies characters by the rules of the original BERT tokenizer.</summary>
internal static class CharacterClasses
{
    private static readonly CharacterClass[] s_ascii = [.. Enumerable.Range(0, 128).Select(code => Classify(new Rune(code)))];

    /// <summary>Classes of the 128 ASCII characters.</summary>
    public static ReadOnlySpan<CharacterClass> Ascii => s_ascii;

    /// <summary>The class of any character.</summary>
    public static CharacterClass Of(Rune rune) => rune.IsAscii ? s_ascii[rune.Value] : Classify(rune);

    private static CharacterClass Classify(Rune rune)
    {
        int code = rune.Value;
        if (code is '\t' or '\n' or '\r')
            return CharacterClass.Space;
        if (code is 0 or 0xFFFD)
            return CharacterClass.Removed;
        if (code is >= 33 and <= 47 or >= 58 and <= 64 or >= 91 and <= 96 or >= 123 and <= 126)
            return CharacterClass.Punctuation;
        // Text is cleaned first: what is unassigned disappears also where ideographs are.
        UnicodeCategory category = Rune.GetUnicodeCategory(rune);
        if (category != UnicodeCategory.OtherNotAssigned && IsIdeograph(code))
            return CharacterClass.Ideograph;
        return category switch
        {
            UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse or UnicodeCategory.Surrogate
                or UnicodeCategory.OtherNotAssigned => CharacterClass.Removed,
            UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => CharacterClass.Space,
            UnicodeCategory.ConnectorPunctuation or UnicodeCategory.DashPunctuation or UnicodeCategory.OpenPunctuation
                or UnicodeCategory.ClosePunctuation or UnicodeCategory.InitialQuotePunctuation
                or UnicodeCategory.FinalQuotePunctuation or UnicodeCategory.OtherPunctuation => CharacterClass.Punctuation,
            _ => CharacterClass.Word,
        };
    }

    private static bool IsIdeograph(int code) =>
        code is >= 0x4E00 and <= 0x9FFF or >= 0x3400 and <= 0x4DBF or >= 0x20000 and <= 0x2A6DF or >= 0x2A700 and <= 0x2B73F
            or >= 0x2B740 and <= 0x2B81F or >= 0x2B820 and <= 0x2CEAF or >= 0xF900 and <= 0xFAFF or >= 0x2F800 and <= 0x2FA1F;
}
