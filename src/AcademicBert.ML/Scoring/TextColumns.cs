using AcademicBert.ML.Hosting;
using AcademicBert.Tokenization;
using AcademicBert.Training;
using Microsoft.ML;

namespace AcademicBert.Scoring;

/// <summary>Which columns hold the text, and how it is cut to the model's length.</summary>
/// <param name="First">Column of the sentence, or of the first of a pair.</param>
/// <param name="Second">Column of the second sentence; null if there is none.</param>
/// <param name="Tokenizer">The tokenizer.</param>
/// <param name="MaxLength">Tokens of the longest input.</param>
internal sealed record TextColumns(string First, string? Second, BertWordPieceTokenizer Tokenizer, int MaxLength)
{
    /// <summary>Most rows that are scored together.</summary>
    public const int LargestBatch = 1 << 16;

    /// <summary>The names of the columns.</summary>
    public IReadOnlyList<string> Names => Second is null ? [First] : [First, Second];

    /// <summary>Checks the names of the columns.</summary>
    /// <exception cref="ArgumentException">One is empty.</exception>
    public static void RequireNames(params IEnumerable<string?> names)
    {
        foreach (string? name in names)
            ArgumentException.ThrowIfNullOrEmpty(name, nameof(names));
    }

    /// <summary>Checks that columns which are added have a name each.</summary>
    /// <exception cref="ArgumentException">Two have the same; the message names it.</exception>
    public static void RequireDistinct(params IEnumerable<string?> added)
    {
        if (added.OfType<string>().GroupBy(name => name).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new ArgumentException($"Two of the columns that are added are named '{twice.Key}': the second would hide the first. Name one otherwise.", nameof(added));
    }

    /// <summary>Checks how many rows are scored together: buffers are made for as many.</summary>
    /// <exception cref="ArgumentException">None, or too many.</exception>
    public static void RequireBatch(int rows)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1, "batchSize");
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rows, LargestBatch, "batchSize");
    }

    /// <summary>Checks that a model takes inputs of a length.</summary>
    /// <exception cref="ArgumentException">They are longer than it allows.</exception>
    public static void RequireLength(int maxLength, PretrainedBert bert)
    {
        if (maxLength > bert.Config.MaxPositions)
            throw new ArgumentException($"Inputs of {maxLength} tokens are asked for; the model has {bert.Config.MaxPositions} trained positions.");
    }

    /// <summary>Checks that a schema has them, as text.</summary>
    public void Require(DataViewSchema schema)
    {
        foreach (string name in Names)
            SchemaChecks.RequireText(schema, name);
    }

    /// <summary>Starts to read from a row or cursor.</summary>
    public Reader Open(DataViewRow row) => new(this, row);

    /// <summary>Reads the text of the row its source stands on.</summary>
    internal sealed class Reader(TextColumns columns, DataViewRow row)
    {
        private readonly ValueGetter<ReadOnlyMemory<char>> _first = Getter(row, columns.First);
        private readonly ValueGetter<ReadOnlyMemory<char>>? _second = columns.Second is null ? null : Getter(row, columns.Second);

        public EncodedInput Read()
        {
            ReadOnlyMemory<char> first = default, second = default;
            _first(ref first);
            _second?.Invoke(ref second);
            // Spelled out: a bare null would become an empty second sentence, by way of an empty array.
            return EncodedInput.Of(columns.Tokenizer, first, _second is null ? default(ReadOnlyMemory<char>?) : second, columns.MaxLength);
        }

        private static ValueGetter<ReadOnlyMemory<char>> Getter(DataViewRow row, string column) => row.GetGetter<ReadOnlyMemory<char>>(row.Schema[column]);
    }
}
