using System.Net;

namespace AcademicBert.Corpus;

/// <summary>Reads what WikiExtractor makes of a Wikipedia dump: the body of each article, a paragraph a line, without title and residual markup.</summary>
internal static class WikiExtractorReader
{
    public static IEnumerable<Document> Read(Utf8LineReader lines, DocumentText text)
    {
        bool inside = false, titleDue = false;
        string? title = null, source = null;
        while (lines.TryRead(out ReadOnlySpan<byte> line))
        {
            if (line.StartsWith("<doc "u8) && line.TrimEnd(" \t"u8).EndsWith((byte)'>'))
            {
                if (inside)
                    throw DocumentReader.Misplaced(lines, $"<doc> begins before the one at {source} has ended with </doc>.");
                (inside, titleDue) = (true, true);
                title = Attribute(line, "title");
                source = $"{lines.Path}:{lines.LineNumber}";
            }
            else if (line.StartsWith("</doc>"u8))
            {
                if (!inside)
                    throw DocumentReader.Misplaced(lines, "</doc> without <doc>.");
                inside = false;
                yield return new Document(source!, text.Take());
            }
            else if (DocumentReader.IsBlank(line))
                continue;
            else if (!inside)
                throw DocumentReader.Misplaced(lines, "text outside of <doc> … </doc>.");
            else if (titleDue)
            {
                // The first line repeats the title, unless the extractor was told to leave it out.
                titleDue = false;
                if (title is not null && title != WebUtility.HtmlDecode(DocumentReader.Decode(line.Trim(" \t"u8))))
                    AppendParagraph(line, lines, text);
            }
            else
                AppendParagraph(line, lines, text);
        }

        if (inside)
            throw DocumentReader.Misplaced(lines, $"the file ends inside the <doc> that begins at {source}; it is truncated.");
    }

    private static void AppendParagraph(ReadOnlySpan<byte> line, Utf8LineReader lines, DocumentText text)
    {
        int start = text.Length;
        text.Append(line, lines);
        if (WikiMarkup.MayBeIn(text.Since(start)))
        {
            string clean = WikiMarkup.Remove(text.Since(start).ToString());
            text.CutAt(start);
            if (clean.Length == 0)
                return;
            text.Append(clean, lines);
        }

        text.Append('\n', lines);
    }

    private static string? Attribute(ReadOnlySpan<byte> tag, string name)
    {
        string text = DocumentReader.Decode(tag);
        int start = text.IndexOf($" {name}=\"", StringComparison.Ordinal);
        if (start < 0)
            return null;
        start += name.Length + 3;

        // Titles hold unescaped quotation marks, and the title is the last attribute.
        int end = text.LastIndexOf('"');
        int next = text.IndexOf("=\"", start, StringComparison.Ordinal);
        if (next > start && next < end)
            end = text.LastIndexOf('"', next - 1);
        return end < start ? null : WebUtility.HtmlDecode(text[start..end]).Trim();
    }
}
