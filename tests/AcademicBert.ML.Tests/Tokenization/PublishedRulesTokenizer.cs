using System.Globalization;
using System.Text;
using AcademicBert.Tokenization;

namespace AcademicBert.Tests.Tokenization;

/// <summary>The rules of BERT's tokenizer as they were published, step by step on strings, with no thought of speed.</summary>
internal sealed class PublishedRulesTokenizer(Vocabulary vocabulary)
{
    private const int LongestWord = 100;

    /// <summary>Ids of an uncased text.</summary>
    public List<int> Encode(string text)
    {
        var ids = new List<int>();
        foreach (string word in Spaced(text).Split(' ', StringSplitOptions.RemoveEmptyEntries))
            foreach (string token in SplitAtPunctuation(WithoutAccents(word)))
                ids.AddRange(Pieces(token));
        return ids;
    }

    /// <summary>Clean-up, and spaces around every Chinese character.</summary>
    private static string Spaced(string text)
    {
        var spaced = new StringBuilder();
        foreach (Rune rune in text.EnumerateRunes())
        {
            UnicodeCategory category = Rune.GetUnicodeCategory(rune);
            if (rune.Value is '\t' or '\n' or '\r' || category is UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
                spaced.Append(' ');
            else if (rune.Value is 0 or 0xFFFD || category is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned)
                continue;
            else if (IsChinese(rune.Value))
                spaced.Append(' ').Append(rune).Append(' ');
            else
                spaced.Append(rune);
        }

        return spaced.ToString();
    }

    private static string WithoutAccents(string word)
    {
        var kept = new StringBuilder();
        foreach (Rune rune in word.Normalize(NormalizationForm.FormD).EnumerateRunes())
            if (Rune.GetUnicodeCategory(rune) != UnicodeCategory.NonSpacingMark)
                kept.Append(Rune.ToLowerInvariant(rune));
        return kept.ToString();
    }

    private static IEnumerable<string> SplitAtPunctuation(string word)
    {
        var token = new StringBuilder();
        foreach (Rune rune in word.EnumerateRunes())
        {
            if (!IsPunctuation(rune))
            {
                token.Append(rune);
                continue;
            }

            if (token.Length > 0)
                yield return token.ToString();
            token.Clear();
            yield return rune.ToString();
        }

        if (token.Length > 0)
            yield return token.ToString();
    }

    /// <summary>The longest piece that fits, again and again; all or nothing.</summary>
    private List<int> Pieces(string word)
    {
        if (word.EnumerateRunes().Count() > LongestWord)
            return [vocabulary.UnknownId];
        List<int> pieces = [];
        for (int start = 0; start < word.Length;)
        {
            int end = word.Length, id = -1;
            while (end > start && !vocabulary.TryGetId((start > 0 ? Vocabulary.ContinuationPrefix : "") + word[start..end], out id))
                end--;
            if (end == start)
                return [vocabulary.UnknownId];
            pieces.Add(id);
            start = end;
        }

        return pieces;
    }

    private static bool IsPunctuation(Rune rune) =>
        rune.Value is >= 33 and <= 47 or >= 58 and <= 64 or >= 91 and <= 96 or >= 123 and <= 126
        || Rune.GetUnicodeCategory(rune) is >= UnicodeCategory.ConnectorPunctuation and <= UnicodeCategory.OtherPunctuation;

    private static bool IsChinese(int code) =>
        code is >= 0x4E00 and <= 0x9FFF or >= 0x3400 and <= 0x4DBF or >= 0x20000 and <= 0x2A6DF or >= 0x2A700 and <= 0x2B73F
            or >= 0x2B740 and <= 0x2B81F or >= 0x2B820 and <= 0x2CEAF or >= 0xF900 and <= 0xFAFF or >= 0x2F800 and <= 0x2FA1F;
}
