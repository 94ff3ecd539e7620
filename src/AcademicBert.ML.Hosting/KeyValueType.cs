using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace AcademicBert.ML.Hosting;

/// <summary>A type that keys may stand for, with its values as texts.</summary>
internal abstract record KeyValueType(PrimitiveDataViewType Type)
{
    /// <summary>Reads the values of a column's keys.</summary>
    public abstract string[] Read(DataViewSchema.Annotations annotations);

    /// <summary>Whether a text is one of a value.</summary>
    public abstract bool CanRead(string name);

    /// <summary>The text of a value that was stored as a double.</summary>
    public abstract string NameOf(double number);

    /// <summary>Adds the values of texts.</summary>
    public abstract void AddTo(DataViewSchema.Annotations.Builder annotations, string kind, IReadOnlyList<string> names);
}

/// <inheritdoc cref="KeyValueType"/>
internal sealed record KeyValueType<T>(PrimitiveDataViewType Type, Func<T, string> Write, Func<string, bool> IsValue, Func<string, T> Parse) : KeyValueType(Type)
{
    public override string[] Read(DataViewSchema.Annotations annotations)
    {
        VBuffer<T> values = default;
        annotations.GetValue("KeyValues", ref values);
        return [.. values.DenseValues().Select(Write)];
    }

    public override bool CanRead(string name) => IsValue(name);

    // As wide as the type writes it: of an fp32 number the double has digits of its own.
    public override string NameOf(double number) => typeof(T) == typeof(float) ? ((float)number).ToString(CultureInfo.InvariantCulture) : number.ToString(CultureInfo.InvariantCulture);

    public override void AddTo(DataViewSchema.Annotations.Builder annotations, string kind, IReadOnlyList<string> names)
    {
        T[] values = [.. names.Select(Parse)];
        annotations.Add(kind, new VectorDataViewType(Type, values.Length), (ref VBuffer<T> value) => value = new VBuffer<T>(values.Length, values));
    }
}
