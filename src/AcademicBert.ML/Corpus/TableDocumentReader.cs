namespace AcademicBert.Corpus;

/// <summary>Reads the documents that stand in a column of a file.</summary>
internal static class TableDocumentReader
{
    public static IEnumerable<Document> Read(Utf8LineReader lines, TextFileOptions options)
    {
        bool tabs = TextFileName.Extension(lines.Path) == ".tsv";
        // The lines belong to the caller, who asks afterwards how far they were read.
        var table = new TableFile(lines, columns: null, options.Separator ?? (tabs ? '\t' : ','), quoted: !tabs, options.ReplaceInvalidBytes,
            orElse: $"set {nameof(TextFileOptions)}.{nameof(TextFileOptions.ReplaceInvalidBytes)}")
        {
            SeparatorOption = found => $"{nameof(TextFileOptions)}.{nameof(TextFileOptions.Separator)} to {(found == '\t' ? @"'\t'" : $"\"{found}\"")}",
        };
        int column = table.Column(options.Column, $"{nameof(TextFileOptions)}.{nameof(TextFileOptions.Column)}");
        while (table.TryReadWhole(out string[] fields))
            yield return new Document($"{lines.Path}:{table.Line}", fields[column]);
    }
}
