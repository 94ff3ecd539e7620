using AcademicBert.Files;
using AcademicBert.Modeling;
using AcademicBert.Training;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace AcademicBert.Tables;

/// <summary>
/// Predicts rows of text with any model folder that has a head: the class of a text or a pair and its probability, a number, a label for each
/// word, or the words that [MASK] stands for. Rows come and go one after another; a batch of them is in memory.
/// </summary>
public sealed class TablePredictor : IDisposable
{
    private readonly MLContext _context = new();
    private readonly PredictionOptions _options;
    private readonly HeadPrediction _head;

    private TablePredictor(PredictionOptions options, PretrainedBert bert) => (_options, _head) = (options, HeadPrediction.Of(_context, bert, options));

    /// <summary>Names of what is predicted of each row.</summary>
    public IReadOnlyList<string> Columns => _head.Columns;

    /// <summary>Loads a model.</summary>
    /// <param name="modelFolder">A model folder, ours or Hugging Face's.</param>
    /// <param name="options">The options.</param>
    /// <exception cref="ArgumentException">An option is invalid, or the model has no head that predicts; the message says what to do.</exception>
    /// <exception cref="IOException">The model folder is incomplete; the message names the file.</exception>
    /// <exception cref="InvalidDataException">The model folder is damaged; the message names the file.</exception>
    public static TablePredictor Load(string modelFolder, PredictionOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.ValidateFor(modelFolder);
        PretrainedBert bert = PretrainedBert.Load(modelFolder);
        try
        {
            return new TablePredictor(options, bert);
        }
        catch
        {
            bert.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Writes a fine-tuned model as ML.NET's model file, as a whole or not at all; one of that name is replaced. Loaded by <c>mlContext.Model.Load</c> it reads
    /// the text columns of the options and adds <c>PredictedLabel</c>, as text, and <c>Score</c>.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="weights">How weights are stored. Default fp32.</param>
    /// <exception cref="InvalidOperationException">The model was not fine-tuned.</exception>
    public void SaveModelFile(string path, WeightType weights = WeightType.Float32)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!_head.Bert.Model.Head.IsFinetuned)
            throw new InvalidOperationException("The model was pretrained only, and predicts no labels. Fine-tune it first.");
        _head.Bert.StoredAs = weights;
        TablePipeline.Save(_context, _head.Model, _options, hasClasses: _head.Bert.Model.Head is not { Kind: HeadKind.Classifier, Outputs: 1 }, path);
    }

    /// <summary>Predicts rows in their order, as they are asked for.</summary>
    /// <param name="rows">The rows; read once, from the calling thread.</param>
    /// <returns>For each row a text for each of <see cref="Columns"/>.</returns>
    /// <exception cref="InvalidDataException">A row cannot be predicted by this model; the message says where it stands.</exception>
    public IEnumerable<IReadOnlyList<string>> Predict(IEnumerable<TextRow> rows)
    {
        IDataView texts = TextView.Of(_context, rows.Select(row => _head.Check(row)).Select(row => new TextOfRow { Text = row.Text, SecondText = row.SecondText }), _options);
        IDataView scored = _head.Model.Transform(texts);
        using DataViewRowCursor cursor = scored.GetRowCursor(scored.Schema.Where(column => _head.Reads.Contains(column.Name)));
        Func<string[]> read = _head.Open(cursor);
        while (cursor.MoveNext())
            yield return read();
    }

    /// <summary>
    /// Writes predictions with tabs between them: the names of the columns that are kept and of <see cref="Columns"/>, then a line for each row. A name of both
    /// is that of the kept one; the predicted one has "predicted" before it.
    /// </summary>
    /// <param name="rows">The rows.</param>
    /// <param name="writer">Where to write.</param>
    /// <param name="cancellationToken">Stops between rows.</param>
    /// <returns>Rows that were written.</returns>
    /// <inheritdoc cref="Predict" path="/exception"/>
    public long Write(IEnumerable<TextRow> rows, TextWriter writer, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(writer);
        return Write(rows, writer, TabSeparated, cancellationToken);
    }

    private long Write(IEnumerable<TextRow> rows, TextWriter writer, Func<IEnumerable<string>, string> line, CancellationToken cancellationToken)
    {
        // Rows are read ahead of their predictions, in the same order.
        var kept = new Queue<IReadOnlyList<KeyValuePair<string, string>>>();
        long count = 0;
        foreach (IReadOnlyList<string> predicted in Predict(rows.Select(row =>
        {
            kept.Enqueue(row.Kept);
            return row;
        })))
        {
            cancellationToken.ThrowIfCancellationRequested();
            IReadOnlyList<KeyValuePair<string, string>> columns = kept.Dequeue();
            // Not before there is a row: a file that is refused leaves nothing.
            if (count++ == 0)
                WriteHeading([.. columns.Select(column => column.Key)]);
            WriteLine(columns.Select(column => column.Value).Concat(predicted));
        }

        if (count == 0)
            WriteHeading([]);
        return count;

        void WriteHeading(string[] names) => WriteLine(names.Concat(Columns.Select(name => Free(name, names))));

        static string Free(string name, string[] names) => names.Contains(name) ? Free($"predicted{char.ToUpperInvariant(name[0])}{name[1..]}", names) : name;

        void WriteLine(IEnumerable<string> fields) => writer.Write(line(fields) + '\n');
    }

    /// <summary>Writes predictions to a file, as a whole or not at all; one of that name is replaced. Between fields are tabs, in a .csv commas (RFC 4180).</summary>
    /// <inheritdoc cref="Write(IEnumerable{TextRow}, TextWriter, CancellationToken)"/>
    public long Write(IEnumerable<TextRow> rows, string path, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        Func<IEnumerable<string>, string> line = Path.GetExtension(path).Equals(".csv", StringComparison.OrdinalIgnoreCase) ? CommaSeparated : TabSeparated;
        long count = 0;
        NewFile.Write(path, stream =>
        {
            using var writer = new StreamWriter(stream, leaveOpen: true);
            count = Write(rows, writer, line, cancellationToken);
        });
        return count;
    }

    private static string TabSeparated(IEnumerable<string> fields) => string.Join('\t', fields.Select(field => field.ReplaceLineEndings(" ").Replace('\t', ' ')));

    private static string CommaSeparated(IEnumerable<string> fields) =>
        string.Join(',', fields.Select(field => field.IndexOfAny([',', '"', '\r', '\n']) < 0 ? field : $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\""));

    /// <inheritdoc/>
    public void Dispose() => ((IDisposable)_head.Model).Dispose();
}
