using Microsoft.ML;
using Microsoft.ML.Data;

namespace AcademicBert.ML.Hosting;

/// <summary>Builds and reads the schema shapes estimators announce.</summary>
public static class SchemaShapes
{
    /// <summary>A column of a shape; ML.NET's own constructor is internal.</summary>
    /// <param name="name">Name.</param>
    /// <param name="vectorKind">Scalar or vector.</param>
    /// <param name="itemType">Type of the value or of the vector's items; for a key its number type.</param>
    /// <param name="isKey">Whether the items are keys.</param>
    /// <param name="annotations">Annotations the column will have.</param>
    public static SchemaShape.Column Column(
        string name, SchemaShape.Column.VectorKind vectorKind, DataViewType itemType, bool isKey = false, params SchemaShape.Column[] annotations) =>
        new(name, vectorKind, itemType, isKey, annotations.Length == 0 ? null : new SchemaShape(annotations));

    /// <summary>A shape with columns added; one of the same name is replaced.</summary>
    public static SchemaShape With(SchemaShape input, params SchemaShape.Column[] added)
    {
        ArgumentNullException.ThrowIfNull(input);
        Dictionary<string, SchemaShape.Column> columns = input.ToDictionary(column => column.Name, StringComparer.Ordinal);
        foreach (SchemaShape.Column column in added)
            columns[column.Name] = column;
        return new SchemaShape(columns.Values);
    }

    /// <summary>The shape of a schema.</summary>
    public static SchemaShape Of(DataViewSchema schema) => SchemaShape.Create(schema);

    /// <summary>Finds a text column.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is missing or holds something else; the message names it.</exception>
    public static SchemaShape.Column RequireText(SchemaShape shape, string name)
    {
        SchemaShape.Column column = Require(shape, name);
        if (column.Kind != SchemaShape.Column.VectorKind.Scalar || column.ItemType is not TextDataViewType)
            throw SchemaChecks.WrongType(name, "text", column.GetTypeString());
        return column;
    }

    /// <summary>Finds a column of single values of a type.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is missing or holds something else; the message names it and says how to convert it.</exception>
    public static SchemaShape.Column RequireType(SchemaShape shape, string name, PrimitiveDataViewType type)
    {
        ArgumentNullException.ThrowIfNull(type);
        SchemaShape.Column column = Require(shape, name);
        if (column.Kind != SchemaShape.Column.VectorKind.Scalar || column.IsKey || !column.ItemType.Equals(type))
            throw SchemaChecks.WrongType(name, SchemaChecks.Convertible(type), column.GetTypeString());
        return column;
    }

    /// <summary>Finds a column.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is missing; the message names it.</exception>
    public static SchemaShape.Column Require(SchemaShape shape, string name)
    {
        ArgumentNullException.ThrowIfNull(shape);
        return shape.TryFindColumn(name, out SchemaShape.Column column) ? column : throw SchemaChecks.Missing(name, shape.Select(other => other.Name));
    }
}
