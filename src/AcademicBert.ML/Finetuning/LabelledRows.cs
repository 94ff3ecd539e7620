using AcademicBert.Scoring;
using Microsoft.ML;

namespace AcademicBert.Finetuning;

/// <summary>Reads labelled text rows from a view.</summary>
internal static class LabelledRows
{
    /// <summary>Reads the rows once, and tokenizes them.</summary>
    /// <returns>The rows, and how many targets were missing.</returns>
    public static (List<LabelledExample> Rows, int Skipped) Read(IDataView data, TextColumns columns, TargetColumn target, CancellationToken cancellationToken)
    {
        columns.Require(data.Schema);
        var rows = new List<LabelledExample>();
        int skipped = 0;
        using DataViewRowCursor cursor = data.GetRowCursor([target.Require(data.Schema), .. columns.Names.Select(name => data.Schema[name])]);
        Func<(LabelledExample Row, int Missing)> read = target.Open(cursor, columns);
        while (cursor.MoveNext())
        {
            cancellationToken.ThrowIfCancellationRequested();
            (LabelledExample row, int missing) = read();
            skipped += missing;
            if (row.Targets.Length > 0)
                rows.Add(row);
        }

        return (rows, skipped);
    }
}
