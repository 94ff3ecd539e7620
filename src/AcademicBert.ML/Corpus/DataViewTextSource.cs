using System.Globalization;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace AcademicBert.Corpus;

/// <summary>Reads the rows of a text column as documents, in the order of the rows.</summary>
public sealed class DataViewTextSource : IDocumentSource, IFingerprintedSource
{
    private readonly IDataView _data;
    private readonly DataViewSchema.Column _column;

    /// <summary>Makes a source.</summary>
    /// <param name="data">The data.</param>
    /// <param name="columnName">A column of type text; a row is a document.</param>
    /// <exception cref="ArgumentException">There is no such column, or it does not hold text.</exception>
    public DataViewTextSource(IDataView data, string columnName)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentException.ThrowIfNullOrEmpty(columnName);
        DataViewSchema.Column? column = data.Schema.GetColumnOrNull(columnName);
        if (column is null)
            throw new ArgumentException($"The data has no column '{columnName}'; it has {string.Join(", ", data.Schema.Where(c => !c.IsHidden).Select(c => $"'{c.Name}'"))}.", nameof(columnName));
        if (column.Value.Type is not TextDataViewType)
            throw new ArgumentException($"Column '{columnName}' is of type {column.Value.Type}; a text column is needed, one document a row.", nameof(columnName));
        _data = data;
        _column = column.Value;
    }

    /// <inheritdoc/>
    public string Description => $"column '{_column.Name}'";

    /// <inheritdoc/>
    public IEnumerable<Document> Read(CancellationToken cancellationToken = default)
    {
        using DataViewRowCursor cursor = _data.GetRowCursor([_column]);
        ValueGetter<ReadOnlyMemory<char>> getText = cursor.GetGetter<ReadOnlyMemory<char>>(_column);
        ReadOnlyMemory<char> text = default;
        while (cursor.MoveNext())
        {
            cancellationToken.ThrowIfCancellationRequested();
            getText(ref text);
            yield return new Document($"row {cursor.Position}", text.ToString());
        }
    }

    /// <inheritdoc/>
    string IFingerprintedSource.Fingerprint(CancellationToken cancellationToken)
    {
        (long rows, ulong sum) = (0, 0);
        // A sum, since a view may give its rows in another order each time.
        foreach (Document document in Read(cancellationToken))
            (rows, sum) = (rows + 1, unchecked(sum + XxHash3.HashToUInt64(MemoryMarshal.AsBytes(document.Text.AsSpan()))));
        return string.Create(CultureInfo.InvariantCulture, $"{rows} row{(rows == 1 ? "" : "s")}, checksum {sum:x16}");
    }
}
