using Microsoft.ML;
using Microsoft.ML.Data;

namespace AcademicBert.ML.Hosting;

/// <summary>The classes of a label column: what its keys stand for. They survive in the model, so that predictions say names, not numbers.</summary>
public sealed class LabelKeys
{
    private readonly string[]? _texts;
    private readonly double[]? _numbers;
    private readonly DataViewType _type;

    private LabelKeys(int count, DataViewType type, string[]? texts, double[]? numbers) => (Count, _type, _texts, _numbers) = (count, type, texts, numbers);

    /// <summary>Number of classes.</summary>
    public int Count { get; }

    /// <summary>The classes as text: their values, or their numbers from 1 when they have none.</summary>
    public IReadOnlyList<string> Names => _texts ?? _numbers?.Select(number => number.ToString(System.Globalization.CultureInfo.InvariantCulture)).ToArray()
        ?? [.. Enumerable.Range(1, Count).Select(number => number.ToString(System.Globalization.CultureInfo.InvariantCulture))];

    /// <summary>Reads the classes of a column of keys, or of vectors of keys.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The column is no key, or one without a known number of values.</exception>
    public static LabelKeys Of(DataViewSchema.Column column)
    {
        if (((column.Type as VectorDataViewType)?.ItemType ?? column.Type) is not KeyDataViewType { Count: > 0 and <= int.MaxValue } key)
            throw SchemaChecks.WrongType(column.Name, "a key with a known number of values (append Transforms.Conversion.MapValueToKey first)", column.Type.ToString());
        int count = (int)key.Count;
        DataViewType? item = (column.Annotations.Schema.GetColumnOrNull("KeyValues")?.Type as VectorDataViewType)?.ItemType;
        if (item is TextDataViewType)
        {
            VBuffer<ReadOnlyMemory<char>> values = default;
            column.Annotations.GetValue("KeyValues", ref values);
            return new LabelKeys(count, item, [.. values.DenseValues().Select(value => value.ToString())], null);
        }

        return item switch
        {
            NumberDataViewType when item.RawType == typeof(float) => Numbers<float>(value => value),
            NumberDataViewType when item.RawType == typeof(double) => Numbers<double>(value => value),
            NumberDataViewType when item.RawType == typeof(int) => Numbers<int>(value => value),
            NumberDataViewType when item.RawType == typeof(uint) => Numbers<uint>(value => value),
            NumberDataViewType when item.RawType == typeof(byte) => Numbers<byte>(value => value),
            BooleanDataViewType => Numbers<bool>(value => value ? 1 : 0),
            _ => new LabelKeys(count, NumberDataViewType.UInt32, null, null),
        };

        LabelKeys Numbers<T>(Func<T, double> convert)
        {
            VBuffer<T> values = default;
            column.Annotations.GetValue("KeyValues", ref values);
            return new LabelKeys(count, item, null, [.. values.DenseValues().Select(convert)]);
        }
    }

    /// <summary>Classes that are known by their names.</summary>
    public static LabelKeys OfNames(IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        ArgumentOutOfRangeException.ThrowIfZero(names.Count);
        return new LabelKeys(names.Count, TextDataViewType.Instance, [.. names], null);
    }

    /// <summary>Writes the classes into a model.</summary>
    public void Save(ModelWriter writer, string entry)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteJson(entry, new Stored(Count, _type.RawType.Name, _texts, _numbers));
    }

    /// <summary>Reads the classes of a model.</summary>
    public static LabelKeys Load(ModelReader reader, string entry)
    {
        ArgumentNullException.ThrowIfNull(reader);
        Stored stored = reader.ReadJson<Stored>(entry);
        DataViewType type = stored.Type switch
        {
            nameof(Single) => NumberDataViewType.Single,
            nameof(Double) => NumberDataViewType.Double,
            nameof(Int32) => NumberDataViewType.Int32,
            nameof(UInt32) => NumberDataViewType.UInt32,
            nameof(Byte) => NumberDataViewType.Byte,
            nameof(Boolean) => BooleanDataViewType.Instance,
            _ => TextDataViewType.Instance,
        };
        if (stored.Count < 1 || (stored.Texts?.Length ?? stored.Numbers?.Length ?? stored.Count) != stored.Count
            || (stored.Numbers is not null && type is TextDataViewType))
            throw new InvalidDataException($"The model's entry '{entry}' is damaged: it does not name {stored.Count} classes.");
        return new LabelKeys(stored.Count, type, stored.Texts, stored.Numbers);
    }

    internal void AddTo(DataViewSchema.Annotations.Builder annotations, string kind)
    {
        if (_texts is not null)
            AddTextTo(annotations, kind);
        else if (_numbers is null)
            return;
        else if (_type is BooleanDataViewType)
            Add(_numbers.Select(number => number != 0));
        else if (_type.RawType == typeof(float))
            Add(_numbers.Select(number => (float)number));
        else if (_type.RawType == typeof(double))
            Add(_numbers);
        else if (_type.RawType == typeof(int))
            Add(_numbers.Select(number => (int)number));
        else if (_type.RawType == typeof(byte))
            Add(_numbers.Select(number => (byte)number));
        else
            Add(_numbers.Select(number => (uint)number));

        void Add<T>(IEnumerable<T> values)
        {
            T[] array = [.. values];
            annotations.Add(kind, new VectorDataViewType((PrimitiveDataViewType)_type, Count), (ref VBuffer<T> value) => value = new VBuffer<T>(array.Length, array));
        }
    }

    internal void AddTextTo(DataViewSchema.Annotations.Builder annotations, string kind)
    {
        ReadOnlyMemory<char>[] names = [.. Names.Select(name => name.AsMemory())];
        annotations.Add(kind, new VectorDataViewType(TextDataViewType.Instance, Count), (ref VBuffer<ReadOnlyMemory<char>> value) => value = new VBuffer<ReadOnlyMemory<char>>(names.Length, names));
    }

    private sealed record Stored(int Count, string Type, string[]? Texts, double[]? Numbers);
}
