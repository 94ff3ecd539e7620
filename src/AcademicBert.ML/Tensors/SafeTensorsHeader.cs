using System.Buffers.Binary;
using System.Text.Json;
using AcademicBert.Files;

namespace AcademicBert.Tensors;

/// <summary>One tensor of a safetensors file.</summary>
/// <param name="Name">Its name, unique in the file.</param>
/// <param name="Type">Element type as the format spells it, such as F32, F16, BF16 or I64.</param>
/// <param name="Shape">Its dimensions; empty for a scalar.</param>
/// <param name="Begin">First byte, counted from the end of the header.</param>
/// <param name="Length">Number of bytes.</param>
internal sealed record SafeTensorsEntry(string Name, string Type, long[] Shape, long Begin, long Length)
{
    /// <summary>Number of elements.</summary>
    public long ElementCount => Length / SafeTensorsHeader.ElementSize(Type);
}

/// <summary>Parses the header of a safetensors file and refuses every header that lies about the file.</summary>
internal static class SafeTensorsHeader
{
    /// <summary>Longest header accepted, as in the reference implementation of the format.</summary>
    public const long MaxLength = 100_000_000;

    /// <summary>Bytes before the header, which hold its length.</summary>
    public const int LengthSize = sizeof(ulong);

    /// <summary>What the key of a tensor's checksum (XxHash3, in hexadecimal) starts with in the metadata of files of ours; the tensor's name follows.</summary>
    public const string ChecksumPrefix = "xxh3 ";

    /// <summary>Bytes per element of a type, or 0 when the type is unknown.</summary>
    public static int ElementSize(string type) => type switch
    {
        "F64" or "I64" or "U64" => 8,
        "F32" or "I32" or "U32" => 4,
        "F16" or "BF16" or "I16" or "U16" => 2,
        "I8" or "U8" or "BOOL" or "F8_E4M3" or "F8_E5M2" => 1,
        _ => 0,
    };

    /// <summary>Length of the JSON header, from the first eight bytes of a file of <paramref name="fileLength"/> bytes.</summary>
    /// <exception cref="InvalidDataException">The length does not fit the file or exceeds <see cref="MaxLength"/>.</exception>
    public static int ReadLength(ReadOnlySpan<byte> firstBytes, long fileLength, string path)
    {
        if (firstBytes.Length < LengthSize)
            throw new InvalidDataException($"'{path}' is not a safetensors file: it has only {fileLength} bytes.");
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(firstBytes);
        if (length > MaxLength || (long)length > fileLength - LengthSize)
            throw new InvalidDataException($"'{path}' is damaged or not a safetensors file: its header claims {length} bytes, the file has {fileLength}.");
        return (int)length;
    }

    /// <summary>Parses the JSON header.</summary>
    /// <param name="json">The header's bytes.</param>
    /// <param name="dataLength">Bytes that follow the header.</param>
    /// <param name="path">The file, for messages.</param>
    /// <param name="metadata">Receives the file's metadata strings.</param>
    /// <exception cref="InvalidDataException">
    /// A tensor is declared twice, reaches outside the data, overlaps another, or its size contradicts its shape; or bytes belong to no tensor.
    /// </exception>
    public static List<SafeTensorsEntry> Parse(ReadOnlySpan<byte> json, long dataLength, string path, Dictionary<string, string> metadata)
    {
        var entries = new List<SafeTensorsEntry>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 8 });
            using JsonDocument document = JsonDocument.ParseValue(ref reader);
            foreach (JsonProperty property in document.RootElement.EnumerateObject())
            {
                if (property.NameEquals("__metadata__"))
                {
                    foreach (JsonProperty item in property.Value.EnumerateObject())
                        metadata[item.Name] = item.Value.GetString() ?? "";
                    continue;
                }
                if (!names.Add(property.Name))
                    throw Damaged(path, property.Name, "is declared twice");
                entries.Add(ParseEntry(property, dataLength, path));
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            throw new InvalidDataException($"'{path}' is damaged: its header is not the JSON of a safetensors file ({JsonFile.Problem(error)})", error);
        }
        RequireCover(entries, dataLength, path);
        return entries;
    }

    private static SafeTensorsEntry ParseEntry(JsonProperty property, long dataLength, string path)
    {
        string name = property.Name;
        string type = property.Value.GetProperty("dtype").GetString() ?? "";
        int elementSize = ElementSize(type);
        if (elementSize == 0)
            throw Damaged(path, name, $"has the unknown element type '{type}'");
        long[] shape = [.. property.Value.GetProperty("shape").EnumerateArray().Select(dimension => dimension.GetInt64())];
        JsonElement offsets = property.Value.GetProperty("data_offsets");
        if (offsets.GetArrayLength() != 2)
            throw Damaged(path, name, "has no pair of offsets");
        long begin = offsets[0].GetInt64(), end = offsets[1].GetInt64();
        if (begin < 0 || end < begin || end > dataLength)
            throw Damaged(path, name, $"claims bytes {begin} to {end} of {dataLength}");
        long bytes = elementSize;
        foreach (long dimension in shape)
            if (dimension < 0 || (bytes = Math.BigMul(bytes, dimension, out long low) == 0 && low >= 0 ? low : -1) < 0)
                throw Damaged(path, name, "has an impossible shape");
        if (bytes != end - begin)
            throw Damaged(path, name, $"has {end - begin} bytes, its shape [{string.Join(", ", shape)}] of {type} needs {bytes}");
        return new SafeTensorsEntry(name, type, shape, begin, end - begin);
    }

    // As in the reference implementation of the format: every byte belongs to exactly one tensor, so that nothing hides in a file.
    private static void RequireCover(List<SafeTensorsEntry> entries, long dataLength, string path)
    {
        long end = 0;
        foreach (SafeTensorsEntry entry in entries.OrderBy(entry => entry.Begin).ThenBy(entry => entry.Length))
        {
            if (entry.Begin < end)
                throw Damaged(path, entry.Name, "overlaps another tensor");
            if (entry.Begin > end)
                throw Damaged(path, entry.Name, $"leaves {entry.Begin - end} bytes before it to no tensor");
            end = entry.Begin + entry.Length;
        }

        if (end != dataLength)
            throw new InvalidDataException($"'{path}' is damaged: {dataLength - end} bytes after its last tensor belong to none.");
    }

    private static InvalidDataException Damaged(string path, string tensor, string what) =>
        new($"'{path}' is damaged: tensor '{tensor}' {what}.");
}
