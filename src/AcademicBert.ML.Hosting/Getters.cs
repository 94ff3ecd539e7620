using Microsoft.ML;

namespace AcademicBert.ML.Hosting;

/// <summary>Checked casts of untyped getters.</summary>
internal static class Getters
{
    public static ValueGetter<TValue> As<TValue>(Delegate getter, DataViewSchema.Column column) =>
        getter as ValueGetter<TValue>
        ?? throw new InvalidOperationException($"Column '{column.Name}' holds {column.Type.RawType}; it cannot be read as {typeof(TValue)}.");
}
