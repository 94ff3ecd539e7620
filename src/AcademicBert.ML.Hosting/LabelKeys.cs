using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace AcademicBert.ML.Hosting;

/// <summary>The classes of a label column: what its keys stand for. They survive in the model, so that predictions say names, not numbers.</summary>
public sealed class LabelKeys
{
    private static readonly KeyValueType s_text = new KeyValueType<ReadOnlyMemory<char>>(TextDataViewType.Instance, value => value.ToString(), _ => true, name => name.AsMemory());

    private static readonly KeyValueType[] s_types =
    [
        Number<float>(NumberDataViewType.Single), Number<double>(NumberDataViewType.Double),
        Number<sbyte>(NumberDataViewType.SByte), Number<short>(NumberDataViewType.Int16), Number<int>(NumberDataViewType.Int32), Number<long>(NumberDataViewType.Int64),
        Number<byte>(NumberDataViewType.Byte), Number<ushort>(NumberDataViewType.UInt16), Number<uint>(NumberDataViewType.UInt32), Number<ulong>(NumberDataViewType.UInt64),
        // 1 and 0 are ML.NET's own texts of them.
        new KeyValueType<bool>(BooleanDataViewType.Instance, value => value ? "1" : "0", name => name is "0" or "1", name => name == "1"),
        s_text,
    ];

    private readonly string[]? _names;
    private readonly KeyValueType? _type;

    private LabelKeys(int count, KeyValueType? type, string[]? names) => (Count, _type, _names) = (count, type, names);

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
        if (item is null)
            return new LabelKeys(count, null, null);
        KeyValueType type = s_types.FirstOrDefault(known => known.Type.Equals(item))
            ?? throw SchemaChecks.WrongType(column.Name, "a key of texts, numbers or Booleans (convert it by Transforms.Conversion.ConvertType before MapValueToKey)", column.Type.ToString());
        return new LabelKeys(count, type, type.Read(column.Annotations));
    }

    /// <summary>Classes that are known by their names.</summary>
    public static LabelKeys OfNames(IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        ArgumentOutOfRangeException.ThrowIfZero(names.Count);
        return new LabelKeys(names.Count, s_text, [.. names]);
    }

    /// <summary>Writes the classes into a model.</summary>
    public void Save(ModelWriter writer, string entry)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteJson(entry, new Stored(Count, (_type?.Type ?? NumberDataViewType.UInt32).RawType.Name, _names, null));
    }

    /// <summary>Reads the classes of a model.</summary>
    public static LabelKeys Load(ModelReader reader, string entry)
    {
        ArgumentNullException.ThrowIfNull(reader);
        Stored stored = reader.ReadJson<Stored>(entry);
        KeyValueType type = s_types.FirstOrDefault(known => known.Type.RawType.Name == stored.Type) ?? s_text;
        // Earlier files have numbers as such.
        string[]? names = stored.Texts ?? (type == s_text ? null : stored.Numbers?.Select(type.NameOf).ToArray());
        if (stored.Count < 1 || (names?.Length ?? stored.Count) != stored.Count || (stored.Numbers is not null && names is null) || names?.All(type.CanRead) == false)
            throw new InvalidDataException($"The model's entry '{entry}' is damaged: it does not name {stored.Count} classes.");
        return new LabelKeys(stored.Count, type, names);
    }

    internal void AddTo(DataViewSchema.Annotations.Builder annotations, string kind)
    {
        if (_names is not null)
            _type!.AddTo(annotations, kind, _names);
    }

    internal void AddTextTo(DataViewSchema.Annotations.Builder annotations, string kind) => s_text.AddTo(annotations, kind, Names);

    private static KeyValueType<T> Number<T>(NumberDataViewType type)
        where T : IFormattable, IParsable<T> => new(type, value => value.ToString(null, CultureInfo.InvariantCulture), name => T.TryParse(name, CultureInfo.InvariantCulture, out _), name => T.Parse(name, CultureInfo.InvariantCulture));

    private sealed record Stored(int Count, string Type, string[]? Texts, double[]? Numbers);
}
