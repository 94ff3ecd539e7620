using AcademicBert.ML.Hosting;
using AcademicBert.Scoring;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace AcademicBert.Finetuning;

/// <summary>A label column as numbers to train on: a class from 0, or the number itself.</summary>
internal sealed class TargetColumn
{
    private readonly Func<DataViewSchema, DataViewSchema.Column> _require;
    private readonly Func<DataViewRow, DataViewSchema.Column, TextColumns, Func<(LabelledExample Row, int Missing)>> _open;

    private TargetColumn(string name, Func<DataViewSchema, DataViewSchema.Column> require, Func<DataViewRow, DataViewSchema.Column, Func<float>> open)
        : this(name, "rows", require, (row, label, text) => OfRows(open(row, label), text.Open(row)))
    {
    }

    private TargetColumn(
        string name, string unit, Func<DataViewSchema, DataViewSchema.Column> require, Func<DataViewRow, DataViewSchema.Column, TextColumns, Func<(LabelledExample Row, int Missing)>> open) =>
        (Name, Unit, _require, _open) = (name, unit, require, open);

    /// <summary>Name of the column.</summary>
    public string Name { get; }

    /// <summary>What has a target each: "rows", or "words".</summary>
    public string Unit { get; }

    /// <summary>A key of any width; a missing one is NaN.</summary>
    public static TargetColumn Key(string name)
    {
        return new TargetColumn(name, schema => SchemaChecks.RequireKey(schema, name), (row, label) => label.Type.RawType switch
        {
            Type type when type == typeof(byte) => Read<byte>(row, label, key => Class(key)),
            Type type when type == typeof(ushort) => Read<ushort>(row, label, key => Class(key)),
            Type type when type == typeof(uint) => Read<uint>(row, label, key => Class(key)),
            _ => Read<ulong>(row, label, Class),
        });

        static float Class(ulong key) => key == 0 ? float.NaN : key - 1;
    }

    /// <summary>A vector of keys, one for each word.</summary>
    public static TargetColumn KeyOfEachWord(string name) => new(name, "words", schema => SchemaChecks.RequireKeys(schema, name), WordTargets.Open);

    /// <summary>A Boolean: 0 or 1.</summary>
    public static TargetColumn Boolean(string name) =>
        new(name, schema => SchemaChecks.RequireType(schema, name, BooleanDataViewType.Instance), (row, label) => Read<bool>(row, label, value => value ? 1 : 0));

    /// <summary>A number in single precision; NaN is a missing one, and an infinite one is refused.</summary>
    public static TargetColumn Number(string name) =>
        new(name, schema => SchemaChecks.RequireType(schema, name, NumberDataViewType.Single), (row, label) => Read<float>(row, label, value => !float.IsInfinity(value)
            ? value
            : throw new InvalidDataException($"Row {row.Position + 1} has {value} in the label column '{name}'; a label is a finite number, or NaN where there is none.")));

    /// <summary>Finds the column.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is missing or of another type; the message names it.</exception>
    public DataViewSchema.Column Require(DataViewSchema schema) => _require(schema);

    /// <summary>Starts to read from a row or cursor: gives the labelled row, and how many of its targets are missing; without any, it has no targets.</summary>
    public Func<(LabelledExample Row, int Missing)> Open(DataViewRow row, TextColumns text) => _open(row, Require(row.Schema), text);

    private static Func<(LabelledExample Row, int Missing)> OfRows(Func<float> label, TextColumns.Reader text) =>
        () => label() is var value && float.IsNaN(value) ? (new LabelledExample(default, [], null), 1) : (new LabelledExample(text.Read(), value), 0);

    private static Func<float> Read<T>(DataViewRow row, DataViewSchema.Column label, Func<T, float> convert)
    {
        ValueGetter<T> read = row.GetGetter<T>(label);
        return () =>
        {
            T value = default!;
            read(ref value);
            return convert(value);
        };
    }
}
