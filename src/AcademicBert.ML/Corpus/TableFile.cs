using System.Text;
using AcademicBert.Files;

namespace AcademicBert.Corpus;

/// <summary>
/// Reads a file of columns, plain or gzip-compressed, a row at a time. A byte order mark and CR LF are read over. Between tabs quotes mean nothing
/// unless they are asked for: GLUE's files hold unbalanced ones.
/// </summary>
internal sealed class TableFile : IDisposable
{
    private static readonly UTF8Encoding s_utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly char[] s_separators = ['\t', ';', ',', '|'];

    private readonly Utf8LineReader _lines;
    private readonly IReadOnlyList<string> _columns;
    private readonly char _separator;
    private readonly bool _quoted;
    private readonly Encoding _encoding;
    private readonly string _orElse;

    /// <param name="path">The file.</param>
    /// <param name="columns">Names of the columns where the file has no header; null: its first line names them.</param>
    /// <param name="separator">What stands between fields.</param>
    /// <param name="quoted">Whether fields may stand in quotes (RFC 4180), so that they can hold separators, line ends and, doubled, quotes.</param>
    /// <exception cref="InvalidDataException">The file is empty or not UTF-8, or its lines end in carriage returns alone.</exception>
    public TableFile(string path, IReadOnlyList<string>? columns = null, char separator = '\t', bool quoted = false)
        : this(new Utf8LineReader(path), columns, separator, quoted)
    {
    }

    /// <inheritdoc cref="TableFile(string, IReadOnlyList{string}?, char, bool)"/>
    /// <param name="lines">The lines of the file; disposed with this.</param>
    /// <param name="columns">As above.</param>
    /// <param name="separator">As above.</param>
    /// <param name="quoted">As above.</param>
    /// <param name="replaceInvalidBytes">Makes U+FFFD of what is not UTF-8, instead of refusing it.</param>
    /// <param name="orElse">What else may be done where it is refused, for the message.</param>
    public TableFile(Utf8LineReader lines, IReadOnlyList<string>? columns, char separator, bool quoted, bool replaceInvalidBytes = false, string orElse = "")
    {
        (_lines, _separator, _quoted, _encoding, _orElse) = (lines, separator, quoted, replaceInvalidBytes ? Encoding.UTF8 : s_utf8, orElse);
        try
        {
            _columns = columns ?? ReadFields() ?? throw new InvalidDataException($"{lines.Path}: is empty; its first line should name the columns.");
            if (columns is null && _columns.Any(name => name.Contains('\r')))
                throw new InvalidDataException($"{lines.Path}: its lines end in carriage returns alone, as old Mac programs write them, and are read as one. Save it with line feeds.");
        }
        catch
        {
            _lines.Dispose();
            throw;
        }
    }

    /// <summary>Which option to set, and to what, where fields seem to be separated by a character; null: there is none.</summary>
    public Func<char, string>? SeparatorOption { private get; init; }

    /// <summary>Number of the line where the row read last begins, from 1.</summary>
    public long Line { get; private set; }

    /// <summary>Where the row read last begins, for messages.</summary>
    public string At => $"{_lines.Path}, line {Line}";

    /// <summary>Number of columns.</summary>
    public int ColumnCount => _columns.Count;

    /// <summary>Names of the columns, without blanks around them.</summary>
    public IEnumerable<string> ColumnNames => _columns.Select(name => name.Trim());

    /// <summary>Number of a column; blanks around its name do not matter.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="option">The option that names it, for the message; null: there is none.</param>
    /// <exception cref="InvalidDataException">There is none of that name; the message lists those there are.</exception>
    public int Column(string name, string? option = null) => Columns((name, option))[0];

    /// <summary>Numbers of several columns.</summary>
    /// <param name="wanted">Their names, and the options that name them, if any, for the message.</param>
    /// <exception cref="InvalidDataException">There are none of some names; the message lists these and those there are.</exception>
    public int[] Columns(params (string Name, string? Option)[] wanted)
    {
        int[] numbers = [.. wanted.Select(column => Find(column.Name))];
        if (wanted.Select(column => column.Name).FirstOrDefault(name => _columns.Count(column => IsNamed(column, name)) > 1) is { } twice)
            throw new InvalidDataException($"{_lines.Path}, line 1: the columns {string.Join(" and ", _columns.Index().Where(column => IsNamed(column.Item, twice)).Select(column => column.Index + 1))} are both called '{Short(twice)}'. Rename the one that is not meant.");
        (string Name, string? Option)[] missing = [.. wanted.Where((_, index) => numbers[index] < 0)];
        return missing.Length == 0 ? numbers : throw new InvalidDataException(
            $"{_lines.Path}, line 1: there {(missing.Length == 1 ? "is no column" : "are no columns")} {string.Join(", ", missing.Select(Told))}. The columns are {string.Join(", ", _columns.Select(name => $"'{Short(name)}'"))}.{Advice(none: missing.Length == wanted.Length && wanted.Length > 1 && missing.All(column => Near(column.Name) is null))}");
    }

    private string Told((string Name, string? Option) missing)
    {
        string[] more = [.. ((string?[])[missing.Option, Near(missing.Name) is { } near ? $"did you mean '{near}'?" : null]).OfType<string>()];
        return $"'{missing.Name}'{(more.Length > 0 ? $" ({string.Join("; ", more)})" : "")}";
    }

    private string? Near(string name) => NearName.Of(name.Trim(), ColumnNames);

    private int Find(string name)
    {
        for (int i = 0; i < _columns.Count; i++)
            if (IsNamed(_columns[i], name))
                return i;
        return -1;
    }

    private static bool IsNamed(string column, string name) => column.AsSpan().Trim().SequenceEqual(name.AsSpan().Trim());

    private string Advice(bool none)
    {
        // One column that holds what separates others is a header that was not taken apart.
        if (SeparatorOption is not null && _columns is [string header] && s_separators.FirstOrDefault(other => other != _separator && header.Contains(other)) is not '\0' and var found)
            return $" Columns seem to be separated by {(found == '\t' ? "tabs" : $"'{found}'")}: set {SeparatorOption(found)}.";
        return none ? " If this line is a row already, write one above it that names the columns." : "";
    }

    /// <summary>Reads a row.</summary>
    /// <param name="fields">Its fields; none at the end of the file.</param>
    /// <returns>Whether there was a row.</returns>
    public bool TryRead(out string[] fields)
    {
        string[]? read = ReadFields();
        fields = read ?? [];
        return read is not null;
    }

    /// <summary>Reads a row that has to have a field for each column. An empty line is no row, unless a row is a single field.</summary>
    /// <param name="fields">Its fields; none at the end of the file.</param>
    /// <returns>Whether there was a row.</returns>
    /// <exception cref="InvalidDataException">It has more or fewer fields; the message names its line.</exception>
    public bool TryReadWhole(out string[] fields)
    {
        while (TryRead(out fields))
        {
            if (fields is [""] && ColumnCount > 1)
                continue;
            return Problem(fields) is { } problem ? throw new InvalidDataException(problem) : true;
        }

        return false;
    }

    /// <summary>What is wrong with the row read last; null: it has as many fields as there are columns.</summary>
    public string? Problem(string[] fields) =>
        fields.Length == _columns.Count ? null : $"{At}: has {fields.Length} columns, there should be {_columns.Count}.";

    public void Dispose() => _lines.Dispose();

    private string[]? ReadFields()
    {
        if (ReadLine() is not { } line)
            return null;
        Line = _lines.LineNumber;
        return _quoted && line.Contains('"') ? QuotedFields(line) : line.Split(_separator);
    }

    private string? ReadLine()
    {
        if (!_lines.TryRead(out ReadOnlySpan<byte> line))
            return null;
        try
        {
            return _encoding.GetString(line);
        }
        catch (DecoderFallbackException exception)
        {
            throw new InvalidDataException($"{_lines.Path}, line {_lines.LineNumber}: byte 0x{exception.BytesUnknown?.FirstOrDefault() ?? 0:X2} at offset {_lines.LineOffset + exception.Index} is not UTF-8. Convert the file; a spreadsheet saves it as 'CSV UTF-8'.{(_orElse.Length > 0 ? $" Or {_orElse}." : "")}", exception);
        }
    }

    private string[] QuotedFields(string line)
    {
        var fields = new List<string>();
        for (int at = 0; at >= 0;)
            fields.Add(at < line.Length && line[at] == '"' ? Quoted(ref line, ref at, fields.Count + 1) : Plain(line, ref at));
        return [.. fields];
    }

    /// <summary>A field without quotes; <paramref name="at"/> is then at the next one, or -1.</summary>
    private string Plain(string line, ref int at)
    {
        int start = at, end = line.IndexOf(_separator, at);
        at = end < 0 ? -1 : end + 1;
        return end < 0 ? line[start..] : line[start..end];
    }

    /// <summary>A field in quotes, which may go on over lines.</summary>
    private string Quoted(ref string line, ref int at, int column)
    {
        var field = new StringBuilder();
        int from = at + 1;
        while (true)
        {
            int quote = line.IndexOf('"', from);
            if (quote < 0)
            {
                field.Append(line, from, line.Length - from).Append('\n');
                line = ReadLine() ?? throw new InvalidDataException($"{At}, column {column}: the quote that opens the field is not closed. Close it, or double quotes that belong to the text.");
                from = 0;
            }
            else if (quote + 1 < line.Length && line[quote + 1] == '"')
            {
                field.Append(line, from, quote + 1 - from);
                from = quote + 2;
            }
            else
            {
                field.Append(line, from, quote - from);
                if (quote + 1 < line.Length && line[quote + 1] != _separator)
                    throw new InvalidDataException($"{At}, column {column}: text follows the quote that closes the field. Double quotes that belong to the text.");
                at = quote + 1 < line.Length ? quote + 2 : -1;
                return field.ToString();
            }
        }
    }

    /// <summary>A field as a message can hold it.</summary>
    internal static string Short(string field) => field.Length <= 40 ? field : field[..40] + "...";
}
