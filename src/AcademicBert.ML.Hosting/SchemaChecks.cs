using Microsoft.ML;
using Microsoft.ML.Data;

namespace AcademicBert.ML.Hosting;

/// <summary>Finds columns of a schema, with the exception ML.NET throws for a mismatch and a message that says what to do.</summary>
public static class SchemaChecks
{
    /// <summary>Finds a column.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is missing; the message names it and those that are there.</exception>
    public static DataViewSchema.Column Require(DataViewSchema schema, string name)
    {
        ArgumentNullException.ThrowIfNull(schema);
        return schema.GetColumnOrNull(name) ?? throw Missing(name, schema.Where(column => !column.IsHidden).Select(column => column.Name));
    }

    /// <summary>Finds a text column.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is missing or holds something else; the message names it.</exception>
    public static DataViewSchema.Column RequireText(DataViewSchema schema, string name)
    {
        DataViewSchema.Column column = Require(schema, name);
        return column.Type is TextDataViewType ? column : throw WrongType(name, "text", column.Type.ToString());
    }

    /// <summary>Finds a column of a type.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is missing or holds something else; the message names it and says how to convert it.</exception>
    public static DataViewSchema.Column RequireType(DataViewSchema schema, string name, PrimitiveDataViewType type)
    {
        ArgumentNullException.ThrowIfNull(type);
        DataViewSchema.Column column = Require(schema, name);
        return column.Type.Equals(type) ? column : throw WrongType(name, Convertible(type), column.Type.ToString());
    }

    /// <summary>Finds a key column.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is missing or is no key; the message names it and says how to make one.</exception>
    public static DataViewSchema.Column RequireKey(DataViewSchema schema, string name)
    {
        DataViewSchema.Column column = Require(schema, name);
        return column.Type is KeyDataViewType ? column : throw WrongType(name, "a key (append Transforms.Conversion.MapValueToKey first)", column.Type.ToString());
    }

    /// <summary>Finds a column of vectors of keys.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is missing or holds something else; the message names it and says how to make one.</exception>
    public static DataViewSchema.Column RequireKeys(DataViewSchema schema, string name)
    {
        DataViewSchema.Column column = Require(schema, name);
        return column.Type is VectorDataViewType { ItemType: KeyDataViewType } ? column : throw WrongType(name, "a vector of keys (append Transforms.Conversion.MapValueToKey first)", column.Type.ToString());
    }

    internal static string Convertible(DataViewType type) => $"{type} (append Transforms.Conversion.ConvertType first)";

    internal static ArgumentOutOfRangeException Missing(string name, IEnumerable<string> present) =>
        new("inputSchema", $"There is no column '{name}'; the columns are {string.Join(", ", present.Select(other => $"'{other}'"))}.");

    internal static ArgumentOutOfRangeException WrongType(string name, string expected, string? actual) =>
        new("inputSchema", $"Column '{name}' must be {expected}; it is {actual}.");
}
