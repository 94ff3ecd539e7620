using System.Diagnostics.CodeAnalysis;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace AcademicBert.ML.Hosting;

/// <summary>
/// An object that travels down a pipeline on a column: an estimator further down the same chain finds what one further up fitted.
/// It lives in memory only; views read from files and loaded models do not carry it.
/// </summary>
/// <typeparam name="T">The object's type.</typeparam>
public static class ObjectAnnotation<T>
    where T : class
{
    private static readonly string s_kind = typeof(T).Name;

    /// <summary>Puts an object on a column that is being described.</summary>
    public static void Add(DataViewSchema.Annotations.Builder annotations, T value)
    {
        ArgumentNullException.ThrowIfNull(annotations);
        annotations.Add(s_kind, ObjectType.Instance, (ref T destination) => destination = value);
    }

    /// <summary>Finds the object of the last column that carries one.</summary>
    public static bool TryFind(DataViewSchema schema, [NotNullWhen(true)] out T? value)
    {
        ArgumentNullException.ThrowIfNull(schema);
        value = null;
        foreach (DataViewSchema.Column column in schema.Reverse())
        {
            if (column.Annotations.Schema.GetColumnOrNull(s_kind)?.Type is not ObjectType)
                continue;
            column.Annotations.GetValue(s_kind, ref value);
            return value is not null;
        }

        return false;
    }

    private sealed class ObjectType : StructuredDataViewType
    {
        public static readonly ObjectType Instance = new();

        private ObjectType()
            : base(typeof(T))
        {
        }

        public override bool Equals(DataViewType? other) => other is ObjectType;

        public override int GetHashCode() => typeof(T).GetHashCode();

        public override string ToString() => s_kind;
    }
}
