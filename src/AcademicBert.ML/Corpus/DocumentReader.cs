using System.Text;

namespace AcademicBert.Corpus;

/// <summary>Reads the documents of one text file, a layout each.</summary>
internal static class DocumentReader
{
    public static IEnumerable<Document> Read(Utf8LineReader lines, TextFileOptions options, CancellationToken cancellationToken)
    {
        var text = new DocumentText(options.ReplaceInvalidBytes);
        TextLayout layout = options.Layout == TextLayout.Automatic ? Recognize(lines) : options.Layout;
        return layout switch
        {
            TextLayout.DocumentPerFile => ReadWhole(lines, text, options.JoinWrappedLines, cancellationToken),
            TextLayout.BlankLineSeparated => ReadBlocks(lines, text),
            TextLayout.DocumentPerLine => ReadLines(lines, text),
            TextLayout.WikiExtractor => WikiExtractorReader.Read(lines, text),
            TextLayout.Table => TableDocumentReader.Read(lines, options),
            _ => JsonLinesReader.Read(lines, options),
        };
    }

    private static TextLayout Recognize(Utf8LineReader lines) =>
        lines.Peek().TrimStart(" \t\r\n"u8).StartsWith("<doc "u8) ? TextLayout.WikiExtractor : TextFileName.Layout(lines.Path);

    private static IEnumerable<Document> ReadWhole(Utf8LineReader lines, DocumentText text, bool joinWrapped, CancellationToken cancellationToken)
    {
        bool inParagraph = false;
        while (lines.TryRead(out ReadOnlySpan<byte> line))
        {
            cancellationToken.ThrowIfCancellationRequested();
            bool blank = IsBlank(line);
            if (inParagraph)
                text.Append(joinWrapped && !blank ? ' ' : '\n', lines);
            inParagraph = !blank;
            if (!blank)
                text.Append(line, lines);
        }

        yield return new Document(lines.Path, text.Take());
    }

    private static IEnumerable<Document> ReadBlocks(Utf8LineReader lines, DocumentText text)
    {
        long first = 0;
        while (lines.TryRead(out ReadOnlySpan<byte> line))
        {
            if (!IsBlank(line))
            {
                first = text.Length == 0 ? lines.LineNumber : first;
                text.Append(line, lines);
                text.Append('\n', lines);
            }
            else if (text.Length > 0)
                yield return new Document($"{lines.Path}:{first}", text.Take());
        }

        if (text.Length > 0)
            yield return new Document($"{lines.Path}:{first}", text.Take());
    }

    private static IEnumerable<Document> ReadLines(Utf8LineReader lines, DocumentText text)
    {
        while (lines.TryRead(out ReadOnlySpan<byte> line))
        {
            if (IsBlank(line))
                continue;
            text.Append(line, lines);
            yield return new Document($"{lines.Path}:{lines.LineNumber}", text.Take());
        }
    }

    internal static bool IsBlank(ReadOnlySpan<byte> line) => line.Trim(" \t\r\f\v"u8).IsEmpty;

    /// <summary>Throws for a line that does not fit its layout.</summary>
    internal static InvalidDataException Misplaced(Utf8LineReader lines, string problem) =>
        new($"{lines.Path}, line {lines.LineNumber}: {problem}");

    internal static string Decode(ReadOnlySpan<byte> utf8) => Encoding.UTF8.GetString(utf8);
}
