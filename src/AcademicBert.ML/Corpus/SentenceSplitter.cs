using System.Buffers;

namespace AcademicBert.Corpus;

/// <summary>
/// Finds the ends of English sentences by rules: abbreviations, initials, decimals, quotations, ellipses, list numbers.
/// A line break always ends a sentence. Stateless and thread-safe.
/// </summary>
internal static class SentenceSplitter
{
    private const string Terminators = ".!?…";
    private const string Closers = "\"'”’)]}»";
    private const string Openers = "\"'“‘([{«—–-*_";

    private static readonly SearchValues<char> s_candidates = SearchValues.Create(Terminators + "\n\r\u2028\u2029");

    /// <summary>Splits a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="ends">Receives the end of each sentence, exclusive; it starts where the one before ended. Nothing for blank text. Cleared first.</param>
    public static void Split(ReadOnlySpan<char> text, List<int> ends)
    {
        ends.Clear();
        int start = 0;
        for (int found, at = 0; (found = text[at..].IndexOfAny(s_candidates)) >= 0;)
        {
            at += found;
            if (IsLineBreak(text[at]))
            {
                End(text, ref start, at, ends);
                at++;
                continue;
            }

            int afterTerminators = SkipTerminators(text, at);
            int afterClosers = SkipClosers(text, afterTerminators);
            if (IsBoundary(text, start, at, afterTerminators, afterClosers))
                End(text, ref start, afterClosers, ends);
            at = afterClosers;
        }

        End(text, ref start, text.Length, ends);
    }

    /// <summary>The sentences of a text, without white space around them.</summary>
    public static IReadOnlyList<string> Split(string text)
    {
        List<int> ends = [];
        Split(text, ends);
        return [.. ends.Select((end, i) => text[(i == 0 ? 0 : ends[i - 1])..end].Trim())];
    }

    private static void End(ReadOnlySpan<char> text, ref int start, int end, List<int> ends)
    {
        if (text[start..end].IsWhiteSpace())
            return;
        ends.Add(end);
        start = end;
    }

    /// <summary>Whether a sentence that began at <paramref name="start"/> ends after the terminators at <paramref name="at"/>.</summary>
    private static bool IsBoundary(ReadOnlySpan<char> text, int start, int at, int afterTerminators, int afterClosers)
    {
        if (afterClosers == text.Length || IsLineBreak(text[afterClosers]))
            return true;
        if (!char.IsWhiteSpace(text[afterClosers]))
            return false;

        int next = afterClosers;
        while (next < text.Length && (char.IsWhiteSpace(text[next]) || Openers.Contains(text[next]) || Terminators.Contains(text[next])))
        {
            if (IsLineBreak(text[next]))
                return true;
            next++;
        }

        if (next == text.Length)
            return true;
        if (char.IsLower(text[next]))
            return false;

        ReadOnlySpan<char> run = text[at..afterTerminators];
        bool closed = afterClosers > afterTerminators;
        if (run.ContainsAny('!', '?'))
            return !closed || !EnglishSentenceWords.IsAttribution(text[next..]);
        if (run.Length > 1 || run[0] == '…')
            return !EnglishSentenceWords.StartsWithI(text[next..]);
        if (closed && text[afterTerminators] is not (')' or ']'))
            return true;
        return FullStopEnds(text, start, at, next);
    }

    /// <summary>Whether a single full stop ends a sentence, by the word before it and the one after.</summary>
    private static bool FullStopEnds(ReadOnlySpan<char> text, int start, int at, int next)
    {
        int wordStart = at;
        while (wordStart > start && IsWordPart(text[wordStart - 1]))
            wordStart--;
        ReadOnlySpan<char> word = text[wordStart..at];
        ReadOnlySpan<char> following = text[next..];
        if (word.IsEmpty)
            return true;

        bool first = text[start..wordStart].IsWhiteSpace();
        if (first && EnglishSentenceWords.IsListNumber(word))
            return false;
        if (char.IsDigit(text[next]) && EnglishSentenceWords.TakesNumber(word))
            return false;
        if (word.Length == 1 && char.IsLetter(word[0]))
            return EndsAfterLetter(text[start..wordStart], word[0], following);

        return EnglishSentenceWords.Classify(word) switch
        {
            AbbreviationKind.NeverLast => false,
            AbbreviationKind.MayBeLast => EnglishSentenceWords.IsStarter(following),
            _ => true,
        };
    }

    /// <summary>After "J." a name goes on; after "and I." a sentence has ended.</summary>
    private static bool EndsAfterLetter(ReadOnlySpan<char> before, char letter, ReadOnlySpan<char> following)
    {
        if (EnglishSentenceWords.IsStarter(following))
            return true;
        if (letter != 'I')
            return false;
        before = before.TrimEnd();
        int wordStart = before.Length;
        while (wordStart > 0 && IsWordPart(before[wordStart - 1]))
            wordStart--;
        return wordStart < before.Length && char.IsLower(before[wordStart]);
    }

    /// <summary>Skips a run of terminators, an ellipsis with spaces in it (". . .") included.</summary>
    private static int SkipTerminators(ReadOnlySpan<char> text, int at)
    {
        do
            at++;
        while (at < text.Length && (Terminators.Contains(text[at]) || (text[at] is ' ' or '\u00A0' && at + 1 < text.Length && text[at + 1] == '.' && text[at - 1] == '.')));
        return at;
    }

    /// <summary>Skips quotation marks and brackets that close behind a terminator, and reference marks such as [12].</summary>
    private static int SkipClosers(ReadOnlySpan<char> text, int at)
    {
        while (at < text.Length)
        {
            if (Closers.Contains(text[at]))
                at++;
            else if (text[at] == '[' && text[(at + 1)..].IndexOfAnyExceptInRange('0', '9') is > 0 and int digits && text[at + 1 + digits] == ']')
                at += digits + 2;
            else
                break;
        }

        return at;
    }

    private static bool IsWordPart(char c) => char.IsLetterOrDigit(c) || c is '.' or '&' or '\'' or '’';

    private static bool IsLineBreak(char c) => c is '\n' or '\r' or '\u2028' or '\u2029';
}
