using System.ComponentModel;

namespace AcademicBert.Corpus;

/// <summary>How documents lie in text files.</summary>
public enum TextLayout
{
    /// <summary>
    /// <see cref="WikiExtractor"/> for a file that starts with <c>&lt;doc </c>, <see cref="JsonLines"/> for .jsonl, .ndjson and .json,
    /// <see cref="Table"/> for .csv and .tsv, else <see cref="DocumentPerFile"/>.
    /// </summary>
    Automatic,

    /// <summary>A file is a document, a line a paragraph: books.</summary>
    DocumentPerFile,

    /// <summary>Documents are separated by blank lines, a line is a paragraph.</summary>
    BlankLineSeparated,

    /// <summary>A line is a document.</summary>
    DocumentPerLine,

    /// <summary>WikiExtractor's output: <c>&lt;doc …&gt;</c>, title, paragraphs, <c>&lt;/doc&gt;</c>. The title is dropped, residual markup removed.</summary>
    WikiExtractor,

    /// <summary>A line is a JSON object with the text in one of its fields.</summary>
    JsonLines,

    /// <summary>
    /// A row is a document, its text in one of the columns, which the first row names. Fields are separated by tabs where the file is a .tsv,
    /// and quotes mean nothing; else by commas, and may stand in quotes (RFC 4180).
    /// </summary>
    Table,
}

/// <summary>How text files are read.</summary>
public sealed record TextFileOptions
{
    /// <summary>How documents lie in the files. Default: found out for each file, see <see cref="TextLayout.Automatic"/>.</summary>
    [Category("Options")]
    public TextLayout Layout { get; init; } = TextLayout.Automatic;

    /// <summary>
    /// Joins the lines of a paragraph, which ends at a blank line: for books whose lines are wrapped at a fixed width.
    /// For <see cref="TextLayout.DocumentPerFile"/>. Default false: a line is a paragraph.
    /// </summary>
    public bool JoinWrappedLines { get; init; }

    /// <summary>Name of the text field of <see cref="TextLayout.JsonLines"/>. Default "text".</summary>
    public string JsonTextField { get; init; } = "text";

    /// <summary>Name of the text's column of <see cref="TextLayout.Table"/>. Default "text".</summary>
    [Category("Options")]
    public string Column { get; init; } = "text";

    /// <summary>What stands between the fields of <see cref="TextLayout.Table"/>, such as ';'. Default null: tabs in a .tsv, else commas.</summary>
    public char? Separator { get; init; }

    /// <summary>Replaces bytes that are not UTF-8 by U+FFFD instead of refusing the file. Default false.</summary>
    public bool ReplaceInvalidBytes { get; init; }

    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public void Validate()
    {
        if (!Enum.IsDefined(Layout))
            throw new ArgumentException($"{nameof(TextFileOptions)}.{nameof(Layout)} must be one of {string.Join(", ", Enum.GetNames<TextLayout>())}; it is {Layout}.", nameof(Layout));
        if (string.IsNullOrEmpty(JsonTextField))
            throw new ArgumentException($"{nameof(TextFileOptions)}.{nameof(JsonTextField)} must be the name of a field, e.g. \"text\".", nameof(JsonTextField));
        if (string.IsNullOrEmpty(Column))
            throw new ArgumentException($"{nameof(TextFileOptions)}.{nameof(Column)} must be the name of a column, e.g. \"text\".", nameof(Column));
        if (Separator is '"' or '\n' or '\r')
            throw new ArgumentException($"{nameof(TextFileOptions)}.{nameof(Separator)} is a quote or a line end; use ',', ';' or a tab.", nameof(Separator));
    }
}
