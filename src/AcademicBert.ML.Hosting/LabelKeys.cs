using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace AcademicBert.ML.Hosting;

/// <summary>The classes of a label column: what its keys stand for. They survive in the model, so that predictions say names, not numbers.</summary>
public sealed class LabelKeys
{
    // ML.NET's own text of them.
    private const string True = "1", False = "0";

    private static readonly DataViewType[] s_types =
    [
        NumberDataViewType.Single, NumberDataViewType.Double, NumberDataViewType.SByte, NumberDataViewType.Int16, NumberDataViewType.Int32, NumberDataViewType.Int64,
        NumberDataViewType.Byte, NumberDataViewType.UInt16, NumberDataViewType.UInt32, NumberDataViewType.UInt64, BooleanDataViewType.Instance,
    ];

    private readonly string[]? _names;
    private readonly DataViewType _type;

    private LabelKeys(int count, DataViewType type, string[]? names) => (Count, _type, _names) = (count, type, names);

    /// <summary>Number of classes.</summary>
    public int Count { get; }

    /// <summary>The classes as text: their values, or their numbers from 1 when they have none.</summary>
    public IReadOnlyList<string> Names => _names ?? [.. Enumerable.Range(1, Count).Select(number => number.ToString(CultureInfo.InvariantCulture))];

    /// <summary>Reads the classes of a column of keys, or of vectors of keys.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The column is no key, or one without a known number of values, or they are neither texts nor numbers nor Booleans.</exception>
    public static LabelKeys Of(DataViewSchema.Column column)
    {
        if (((column.Type as VectorDataViewType)?.ItemType ?? column.Type) is not KeyDataViewType { Count: > 0 and <= int.MaxValue } key)
            throw SchemaChecks.WrongType(column.Name, "a key with a known number of values (append Transforms.Conversion.MapValueToKey first)", column.Type.ToString());
        int count = (int)key.Count;
        DataViewType? item = (column.Annotations.Schema.GetColumnOrNull("KeyValues")?.Type as VectorDataViewType)?.ItemType;
        return item switch
        {
            null => new LabelKeys(count, NumberDataViewType.UInt32, null),
            TextDataViewType => new LabelKeys(count, item, Read<ReadOnlyMemory<char>>(value => value.ToString())),
            BooleanDataViewType => new LabelKeys(count, item, Read<bool>(value => value ? True : False)),
            NumberDataViewType => new LabelKeys(count, item, item.RawType.Name switch
            {
                nameof(Single) => Numbers<float>(),
                nameof(Double) => Numbers<double>(),
                nameof(SByte) => Numbers<sbyte>(),
                nameof(Int16) => Numbers<short>(),
                nameof(Int32) => Numbers<int>(),
                nameof(Int64) => Numbers<long>(),
                nameof(Byte) => Numbers<byte>(),
                nameof(UInt16) => Numbers<ushort>(),
                nameof(UInt32) => Numbers<uint>(),
                _ => Numbers<ulong>(),
            }),
            _ => throw SchemaChecks.WrongType(column.Name, "a key of texts, numbers or Booleans (convert it by Transforms.Conversion.ConvertType before MapValueToKey)", column.Type.ToString()),
        };

        string[] Numbers<T>()
            where T : IFormattable => Read<T>(value => value.ToString(null, CultureInfo.InvariantCulture));

        string[] Read<T>(Func<T, string> name)
        {
            VBuffer<T> values = default;
            column.Annotations.GetValue("KeyValues", ref values);
            return [.. values.DenseValues().Select(name)];
        }
    }

    /// <summary>Classes that are known by their names.</summary>
    public static LabelKeys OfNames(IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        ArgumentOutOfRangeException.ThrowIfZero(names.Count);
        return new LabelKeys(names.Count, TextDataViewType.Instance, [.. names]);
    }

    /// <summary>Writes the classes into a model.</summary>
    public void Save(ModelWriter writer, string entry)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteJson(entry, new Stored(Count, _type.RawType.Name, _names, null));
    }

    /// <summary>Reads the classes of a model.</summary>
    public static LabelKeys Load(ModelReader reader, string entry)
    {
        ArgumentNullException.ThrowIfNull(reader);
        Stored stored = reader.ReadJson<Stored>(entry);
        DataViewType type = s_types.FirstOrDefault(type => type.RawType.Name == stored.Type) ?? TextDataViewType.Instance;
        // Earlier files have numbers as such.
        string[]? names = stored.Texts ?? (type is TextDataViewType ? null : stored.Numbers?.Select(number => type.RawType == typeof(float) ? ((float)number).ToString(CultureInfo.InvariantCulture) : number.ToString(CultureInfo.InvariantCulture)).ToArray());
        if (stored.Count < 1 || (names?.Length ?? stored.Count) != stored.Count || (stored.Numbers is not null && names is null) || (names is not null && !names.All(name => Reads(type, name))))
            throw new InvalidDataException($"The model's entry '{entry}' is damaged: it does not name {stored.Count} classes.");
        return new LabelKeys(stored.Count, type, names);
    }

    internal void AddTo(DataViewSchema.Annotations.Builder annotations, string kind)
    {
        if (_names is null)
            return;
        switch (_type.RawType.Name)
        {
            case nameof(Boolean): Add(name => name != False); break;
            case nameof(Single): Numbers<float>(); break;
            case nameof(Double): Numbers<double>(); break;
            case nameof(SByte): Numbers<sbyte>(); break;
            case nameof(Int16): Numbers<short>(); break;
            case nameof(Int32): Numbers<int>(); break;
            case nameof(Int64): Numbers<long>(); break;
            case nameof(Byte): Numbers<byte>(); break;
            case nameof(UInt16): Numbers<ushort>(); break;
            case nameof(UInt32): Numbers<uint>(); break;
            case nameof(UInt64): Numbers<ulong>(); break;
            default: AddTextTo(annotations, kind); break;
        }

        void Numbers<T>()
            where T : IParsable<T> => Add(name => T.Parse(name, CultureInfo.InvariantCulture));

        void Add<T>(Func<string, T> read)
        {
            T[] values = [.. _names.Select(read)];
            annotations.Add(kind, new VectorDataViewType((PrimitiveDataViewType)_type, Count), (ref VBuffer<T> value) => value = new VBuffer<T>(values.Length, values));
        }
    }

    internal void AddTextTo(DataViewSchema.Annotations.Builder annotations, string kind)
    {
        ReadOnlyMemory<char>[] names = [.. Names.Select(name => name.AsMemory())];
        annotations.Add(kind, new VectorDataViewType(TextDataViewType.Instance, Count), (ref VBuffer<ReadOnlyMemory<char>> value) => value = new VBuffer<ReadOnlyMemory<char>>(names.Length, names));
    }

    private static bool Reads(DataViewType type, string name) => type.RawType.Name switch
    {
        nameof(Boolean) => name is True or False,
        nameof(Single) or nameof(Double) => double.TryParse(name, CultureInfo.InvariantCulture, out _),
        nameof(UInt64) => ulong.TryParse(name, CultureInfo.InvariantCulture, out _),
        _ when type is NumberDataViewType => long.TryParse(name, CultureInfo.InvariantCulture, out long number) && IsIn(type.RawType, number),
        _ => true,
    };

    private static bool IsIn(Type type, long number)
    {
        try
        {
            Convert.ChangeType(number, type, CultureInfo.InvariantCulture);
            return true;
        }
        catch (OverflowException)
        {
            return false;
        }
    }

    private sealed record Stored(int Count, string Type, string[]? Texts, double[]? Numbers);
}
