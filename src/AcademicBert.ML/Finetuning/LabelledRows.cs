using AcademicBert.ML.Hosting;
using AcademicBert.Scoring;
using Microsoft.ML;

namespace AcademicBert.Finetuning;

/// <summary>Reads labelled text rows from a view.</summary>
internal static class LabelledRows
{
    /// <summary>Reads rows with a class.</summary>
    /// <returns>The rows, and how many had no class.</returns>
    public static (List<LabelledExample> Rows, int Skipped) ReadKeys(IDataView data, TextColumns columns, string labelColumn, CancellationToken cancellationToken)
    {
        columns.Require(data.Schema);
        DataViewSchema.Column label = SchemaChecks.RequireKey(data.Schema, labelColumn);
        return label.Type.RawType switch
        {
            Type type when type == typeof(uint) => Read<uint>(value => value),
            Type type when type == typeof(byte) => Read<byte>(value => value),
            Type type when type == typeof(ushort) => Read<ushort>(value => value),
            _ => Read<ulong>(value => checked((uint)value)),
        };

        (List<LabelledExample> Rows, int Skipped) Read<TKey>(Func<TKey, uint> number)
        {
            var rows = new List<LabelledExample>();
            int skipped = 0;
            using DataViewRowCursor cursor = data.GetRowCursor([label, .. columns.Names.Select(name => data.Schema[name])]);
            ValueGetter<TKey> read = cursor.GetGetter<TKey>(label);
            TextColumns.Reader text = columns.Open(cursor);
            while (cursor.MoveNext())
            {
                cancellationToken.ThrowIfCancellationRequested();
                TKey key = default!;
                read(ref key);
                if (number(key) == 0)
                    skipped++;
                else
                    rows.Add(new LabelledExample(text.Read(), number(key) - 1));
            }

            return (rows, skipped);
        }
    }
}
