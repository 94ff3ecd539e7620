using System.Text;
using System.Text.RegularExpressions;

namespace AcademicBert.Corpus;

/// <summary>Removes comments, and the elements whose content is no text, from a paragraph; takes time in proportion to its length, whatever stands in it.</summary>
internal static partial class HiddenContent
{
    private const string Comment = "<!--";

    /// <summary>The paragraph without them. An element without an end stays.</summary>
    public static string Remove(string paragraph)
    {
        Match start = Start().Match(paragraph);
        if (!start.Success)
            return paragraph;
        var kept = new StringBuilder(paragraph.Length);
        // What has no end here has none further on: it is not looked for again.
        var endless = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        int done = 0;
        while (start.Success)
        {
            int end = End(paragraph, start, endless), next = start.Index + 1;
            if (end >= 0)
            {
                kept.Append(paragraph, done, start.Index - done);
                done = next = end;
            }

            start = Start().Match(paragraph, next);
        }

        return kept.Append(paragraph, done, paragraph.Length - done).ToString();
    }

    /// <summary>Where an element ends; -1 if it does not.</summary>
    private static int End(string paragraph, Match start, HashSet<string> endless)
    {
        string name = start.Groups[1].Value, closing = start.Value == Comment ? "-->" : "</" + name;
        int from = start.Index + start.Length;
        if (name.Length == 0 && start.Value != Comment)
            return from; // it has no content
        if (endless.Contains(closing))
            return -1;
        while ((from = paragraph.IndexOf(closing, from, StringComparison.OrdinalIgnoreCase)) >= 0)
        {
            from += closing.Length;
            if (name.Length == 0)
                return from;
            while (from < paragraph.Length && char.IsWhiteSpace(paragraph[from]))
                from++;
            if (from < paragraph.Length && paragraph[from] == '>')
                return from + 1;
        }

        endless.Add(closing);
        return -1;
    }

    [GeneratedRegex("""<!--|<ref\b[^<>]*/>|<(ref|math|chem|ce|score|gallery|timeline)\b[^<>]*>""", RegexOptions.IgnoreCase)]
    private static partial Regex Start();
}
