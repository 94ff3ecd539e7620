using AcademicBert.Scoring;
using Microsoft.ML;

namespace AcademicBert.Finetuning;

/// <summary>Reads labelled text rows from a view.</summary>
internal static class LabelledRows
{
    /// <summary>Reads the rows once, and tokenizes them.</summary>
    /// <returns>The rows, and how many had no label.</returns>
    public static (List<LabelledExample> Rows, int Skipped) Read(IDataView data, TextColumns columns, TargetColumn target, CancellationToken cancellationToken)
    {
        columns.Require(data.Schema);
        var rows = new List<LabelledExample>();
        int skipped = 0;
        using DataViewRowCursor cursor = data.GetRowCursor([target.Require(data.Schema), .. columns.Names.Select(name => data.Schema[name])]);
        Func<float> label = target.Open(cursor);
        TextColumns.Reader text = columns.Open(cursor);
        while (cursor.MoveNext())
        {
            cancellationToken.ThrowIfCancellationRequested();
            float value = label();
            if (float.IsNaN(value))
                skipped++;
            else
                rows.Add(new LabelledExample(text.Read(), value));
        }

        return (rows, skipped);
    }
}
