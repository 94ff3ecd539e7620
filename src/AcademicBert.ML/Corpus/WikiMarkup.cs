using System.Net;
using System.Text.RegularExpressions;

namespace AcademicBert.Corpus;

/// <summary>Removes what WikiExtractor leaves of wiki markup and HTML in a paragraph.</summary>
internal static partial class WikiMarkup
{
    // What is nested deeper is no markup, and would take time that grows with its square.
    private const int DeepestNesting = 32;

    /// <summary>A quick look: false for the many paragraphs that need no cleaning.</summary>
    public static bool MayBeIn(ReadOnlySpan<char> paragraph)
    {
        if (paragraph.ContainsAny("<&{}") || paragraph.Contains("[[", StringComparison.Ordinal) || paragraph.Contains("]]", StringComparison.Ordinal))
            return true;

        // A template that stood in brackets leaves them empty: "Algeria (; , )".
        for (int open; (open = paragraph.IndexOf('(')) >= 0;)
        {
            paragraph = paragraph[(open + 1)..].TrimStart(" ,;");
            if (paragraph.StartsWith(')'))
                return true;
        }

        return false;
    }

    /// <summary>The paragraph without markup; empty if nothing else was in it.</summary>
    public static string Remove(string paragraph)
    {
        paragraph = HiddenContent.Remove(paragraph);
        paragraph = BreakTag().Replace(paragraph, " ");
        paragraph = Tag().Replace(paragraph, string.Empty);

        // From the inside out: a picture's caption may hold links.
        string before = string.Empty;
        for (int depth = 0; depth < DeepestNesting && before != paragraph; depth++)
        {
            before = paragraph;
            paragraph = InnermostTemplate().Replace(paragraph, string.Empty);
            paragraph = InnermostLink().Replace(paragraph, KeepLabel);
        }

        paragraph = paragraph.Replace("[[", string.Empty).Replace("]]", string.Empty).Replace("{{", string.Empty).Replace("}}", string.Empty);
        paragraph = WebUtility.HtmlDecode(paragraph);
        return EmptyBrackets().Replace(paragraph, string.Empty).Trim();
    }

    private static string KeepLabel(Match link)
    {
        string target = link.Groups[1].Value;
        if (NotText().IsMatch(target))
            return string.Empty;
        int bar = target.LastIndexOf('|');
        return target[(bar + 1)..];
    }

    [GeneratedRegex("""</?(br|p|div|h[1-6]|li|ul|ol|dl|dd|dt|tr|td|th|table|blockquote|poem|center|hr)\b[^<>]*>""", RegexOptions.IgnoreCase)]
    private static partial Regex BreakTag();

    [GeneratedRegex("""</?(a|abbr|b|bdi|big|categorytree|chem|ce|cite|code|del|em|font|gallery|i|includeonly|ins|kbd|math|noinclude|nowiki|onlyinclude|pre|q|ref|references|rp|rt|ruby|s|samp|score|section|small|source|span|strike|strong|sub|sup|syntaxhighlight|templatestyles|timeline|tt|u|var|wbr)\b[^<>]*>""", RegexOptions.IgnoreCase)]
    private static partial Regex Tag();

    [GeneratedRegex("""\{\{[^{}]*\}\}""")]
    private static partial Regex InnermostTemplate();

    [GeneratedRegex("""\[\[((?:(?!\[\[|\]\]).)*)\]\]""")]
    private static partial Regex InnermostLink();

    [GeneratedRegex("""^\s*:?(category|file|image|media)\s*:""", RegexOptions.IgnoreCase)]
    private static partial Regex NotText();

    [GeneratedRegex("""\s?\([\s,;]*\)""")]
    private static partial Regex EmptyBrackets();
}
