using AcademicBert.Corpus;

namespace AcademicBert.Tables;

/// <summary>Reads the rows of a file as they are asked for.</summary>
public static class TableReader
{
    // Of columns to keep.
    private const string All = "*";

    /// <summary>Reads rows to predict.</summary>
    /// <param name="path">The file, plain or gzip-compressed.</param>
    /// <param name="options">Where texts are in it.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is malformed; the message names file, line and column. Thrown when the row is reached.</exception>
    public static IEnumerable<TextRow> Read(string path, TableOptions options) => Rows(Open(path), options, FormatOf(path, options), null).Select(row => row.Row);

    /// <summary>Reads rows to predict from a stream, such as standard input.</summary>
    /// <param name="stream">The stream; disposed when it is read.</param>
    /// <param name="name">Its name, for messages.</param>
    /// <param name="options">Where texts are in it.</param>
    /// <exception cref="InvalidDataException">The stream is malformed; the message names line and column. Thrown when the row is reached.</exception>
    public static IEnumerable<TextRow> Read(Stream stream, string name, TableOptions options) =>
        Rows(() => new Utf8LineReader(stream, name), options, FormatOf("", options), null).Select(row => row.Row);

    /// <summary>Whether a file has columns with names, rather than a text in each line.</summary>
    /// <param name="path">The file; empty for a stream.</param>
    /// <param name="options">How rows lie in it.</param>
    public static bool HasColumns(string path, TableOptions options) => FormatOf(path, options) != TableFormat.Lines;

    /// <summary>Reads rows to learn from; those without a label are left out. Blanks around a label are no part of it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">Where texts are in it.</param>
    /// <param name="label">Column of the label.</param>
    /// <param name="cancellationToken">Stops between rows.</param>
    /// <returns>The rows, and how many had no label.</returns>
    internal static (List<LabelledTextRow> Rows, int Skipped) ReadLabelled(string path, TableOptions options, string label, CancellationToken cancellationToken)
    {
        Func<Utf8LineReader> open = Open(path);
        TableFormat format = FormatOf(path, options);
        if (format == TableFormat.Lines)
            throw new InvalidDataException($"{path}: is plain text, which is for pretraining. Labels are learnt from a table, .tsv or .csv, whose first line names its columns: here '{options.Text}' for the text ({Option(nameof(TableOptions.Text))}) and '{label}' for the label ({nameof(FinetuningRecipe)}.{nameof(FinetuningRecipe.Label)}). If it is one, say which by {Option(nameof(TableOptions.Format))}.");
        var rows = new List<LabelledTextRow>();
        int all = 0;
        foreach (LabelledTextRow row in Rows(open, options, format, label))
        {
            cancellationToken.ThrowIfCancellationRequested();
            all++;
            if (row.Label.Length > 0)
                rows.Add(row);
        }

        return rows.Count > 0 ? (rows, all - rows.Count) : throw new InvalidDataException($"{path}: {(all == 0 ? "holds no rows" : $"none of its {all} rows has a label in column '{label}'")}.");
    }

    // As messages name options.
    private static string Option(string name) => $"{nameof(TableOptions)}.{name}";

    private static Func<Utf8LineReader> Open(string path) =>
        File.Exists(path) ? () => new Utf8LineReader(path)
        : throw new FileNotFoundException(Directory.Exists(path) ? $"'{path}' is a folder; name a file in it." : $"There is no file '{path}'.", path);

    private static TableFormat FormatOf(string path, TableOptions options)
    {
        if (options.Format != TableFormat.Auto)
            return options.Format;
        return TextFileName.Extension(path) switch
        {
            ".tsv" => TableFormat.Tsv,
            ".csv" => TableFormat.Csv,
            _ => TableFormat.Lines,
        };
    }

    private static IEnumerable<LabelledTextRow> Rows(Func<Utf8LineReader> open, TableOptions options, TableFormat format, string? label)
    {
        // Lines have no separator: one that no text holds.
        bool lines = format == TableFormat.Lines;
        if (lines && options.SecondText is not null)
            throw new ArgumentException($"{Option(nameof(TableOptions.SecondText))} names a column, and there are none where each line is a text. Use {TableFormat.Tsv} or {TableFormat.Csv}.");
        using var table = new TableFile(
            open(), lines ? [options.Text] : null, lines ? '\n' : options.Separator ?? (format == TableFormat.Csv ? ',' : '\t'), quoted: format == TableFormat.Csv) { SeparatorOption = SeparatorOption };
        IReadOnlyList<string> keep = (options as PredictionOptions)?.Keep ?? [];
        (string?, string)[] wanted =
        [
            (options.Text, Option(nameof(TableOptions.Text))), (options.SecondText, Option(nameof(TableOptions.SecondText))), (label, $"{nameof(FinetuningRecipe)}.{nameof(FinetuningRecipe.Label)}"),
            .. keep.Where(name => name != All).Select(name => ((string?)name, $"{nameof(PredictionOptions)}.{nameof(PredictionOptions.Keep)}")),
        ];
        int[] numbers = table.Columns([.. wanted.Where(column => column.Item1 is not null).Select(column => (column.Item1!, (string?)column.Item2))]);
        int text = numbers[0];
        int? second = options.SecondText is null ? null : numbers[1], labels = label is null ? null : numbers[second is null ? 1 : 2];
        string[] names = [.. table.ColumnNames];
        int[] kept = [.. keep.SelectMany(name => name == All ? Enumerable.Range(0, names.Length) : [table.Column(name)]).Distinct()];
        while (table.TryReadWhole(out string[] fields))
        {
            var row = new TextRow(fields[text], second is { } other ? fields[other] : null)
            {
                At = table.At,
                Line = table.Line,
                Kept = Named(kept, names, fields),
            };
            yield return new LabelledTextRow(row, labels is { } column ? fields[column].Trim() : "");
        }
    }

    private static string SeparatorOption(char found) => $"{nameof(TableOptions)}." + found switch
    {
        '\t' => $"{nameof(TableOptions.Format)} to {TableFormat.Tsv}",
        ',' => $"{nameof(TableOptions.Format)} to {TableFormat.Csv}",
        _ => $"{nameof(TableOptions.Separator)} to \"{found}\"",
    };

    private static KeyValuePair<string, string>[] Named(int[] columns, string[] names, string[] fields) => [.. columns.Select(column => KeyValuePair.Create(names[column], fields[column]))];
}
