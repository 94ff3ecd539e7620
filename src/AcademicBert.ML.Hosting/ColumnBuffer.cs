using Microsoft.ML;
using Microsoft.ML.Data;

namespace AcademicBert.ML.Hosting;

/// <summary>The values of one passed-through column over a batch.</summary>
internal abstract class ColumnBuffer
{
    /// <summary>Keeps the value of the row the source stands on.</summary>
    public abstract void Read(int row);

    /// <summary>Makes a getter of the kept values.</summary>
    public abstract Delegate MakeGetter(Func<int> row);

    public static ColumnBuffer Create(DataViewRow source, DataViewSchema.Column column, int rows)
    {
        Type type = column.Type.RawType;
        Type buffer = column.Type is VectorDataViewType vector
            ? typeof(Vectors<>).MakeGenericType(vector.ItemType.RawType)
            : typeof(Scalars<>).MakeGenericType(type);
        return (ColumnBuffer)Activator.CreateInstance(buffer, source, column, rows)!;
    }

    private sealed class Scalars<T>(DataViewRow source, DataViewSchema.Column column, int rows) : ColumnBuffer
    {
        private readonly T[] _values = new T[rows];
        private readonly ValueGetter<T> _read = source.GetGetter<T>(column);

        public override void Read(int row) => _read(ref _values[row]);

        public override Delegate MakeGetter(Func<int> row) => (ValueGetter<T>)((ref T value) => value = _values[row()]);
    }

    private sealed class Vectors<T>(DataViewRow source, DataViewSchema.Column column, int rows) : ColumnBuffer
    {
        private readonly VBuffer<T>[] _values = new VBuffer<T>[rows];
        private readonly ValueGetter<VBuffer<T>> _read = source.GetGetter<VBuffer<T>>(column);

        public override void Read(int row) => _read(ref _values[row]);

        // Vectors are copied: the consumer may keep and change what it gets.
        public override Delegate MakeGetter(Func<int> row) => (ValueGetter<VBuffer<T>>)((ref VBuffer<T> value) => _values[row()].CopyTo(ref value));
    }
}
