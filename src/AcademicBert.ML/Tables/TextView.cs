using Microsoft.ML;
using Microsoft.ML.Data;

namespace AcademicBert.Tables;

/// <summary>A row as ML.NET reads it.</summary>
internal class TextOfRow
{
    public string Text { get; set; } = "";

    public string? SecondText { get; set; }
}

/// <summary>A row with a label.</summary>
internal sealed class LabelledText<T> : TextOfRow
{
    public required T Label { get; set; }
}

/// <summary>Rows of text as a view of ML.NET, read as they are asked for.</summary>
internal static class TextView
{
    /// <summary>A view whose columns have the names that the options say; without a second text its column is left out.</summary>
    public static IDataView Of<T>(MLContext context, IEnumerable<T> rows, TableOptions options, string? label = null)
        where T : TextOfRow
    {
        var columns = SchemaDefinition.Create(typeof(T));
        columns[nameof(TextOfRow.Text)].ColumnName = options.Text;
        if (label is not null)
            columns["Label"].ColumnName = label;
        SchemaDefinition.Column second = columns[nameof(TextOfRow.SecondText)];
        if (options.SecondText is { } name)
            second.ColumnName = name;
        else
            columns.Remove(second);
        return context.Data.LoadFromEnumerable(rows, columns);
    }
}
