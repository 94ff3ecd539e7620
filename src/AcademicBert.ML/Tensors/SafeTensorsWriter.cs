using System.Buffers.Binary;
using System.Text.Json;
using AcademicBert.Files;

namespace AcademicBert.Tensors;

/// <summary>Writes safetensors files: under a temporary name first, renamed when everything is on disk.</summary>
internal static class SafeTensorsWriter
{
    /// <summary>A tensor to write: its declaration, and an action that writes its bytes.</summary>
    public sealed record Item(string Name, string Type, long[] Shape, Action<Stream> Write);

    private const string NoChecksum = "0000000000000000";

    /// <summary>
    /// Writes <paramref name="items"/> to <paramref name="path"/>, replacing a file that is there. The metadata get a checksum of each tensor,
    /// by which a reader of ours tells damage.
    /// </summary>
    /// <exception cref="InvalidOperationException">An item wrote another number of bytes than its shape says.</exception>
    public static void Write(string path, IReadOnlyList<Item> items) => NewFile.Write(path, stream =>
    {
        var checksums = items.ToDictionary(item => item.Name, _ => NoChecksum);
        Write(stream, [.. items.Select(item => item with { Write = inner => checksums[item.Name] = WriteHashed(item, inner) })], Header(items, checksums));
        // They are known only now; the header is as long as before.
        stream.Position = SafeTensorsHeader.LengthSize;
        stream.Write(Header(items, checksums));
    });

    /// <summary>Writes the format to a stream, without checksums.</summary>
    /// <inheritdoc cref="Write(string, IReadOnlyList{Item})" path="/exception"/>
    public static void Write(Stream stream, IReadOnlyList<Item> items) => Write(stream, items, Header(items, checksums: []));

    private static string WriteHashed(Item item, Stream stream)
    {
        using var hashing = new HashingStream(stream);
        item.Write(hashing);
        return hashing.Hash;
    }

    private static void Write(Stream stream, IReadOnlyList<Item> items, byte[] header)
    {
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
        stream.Write(length);
        stream.Write(header);
        var counting = new CountingStream(stream);
        foreach (Item item in items)
        {
            counting.Count = 0;
            item.Write(counting);
            if (counting.Count != ByteCount(item))
                throw new InvalidOperationException($"Tensor '{item.Name}' wrote {counting.Count} bytes, its shape needs {ByteCount(item)}.");
        }
    }

    private static byte[] Header(IReadOnlyList<Item> items, Dictionary<string, string> checksums)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject("__metadata__");
            json.WriteString("format", "pt"); // PyTorch's tools ask for it
            foreach ((string tensor, string checksum) in checksums)
                json.WriteString(SafeTensorsHeader.ChecksumPrefix + tensor, checksum);
            json.WriteEndObject();
            long offset = 0;
            foreach (Item item in items)
            {
                json.WriteStartObject(item.Name);
                json.WriteString("dtype", item.Type);
                json.WriteStartArray("shape");
                foreach (long dimension in item.Shape)
                    json.WriteNumberValue(dimension);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(offset += ByteCount(item));
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        while (buffer.Length % 8 != 0)
            buffer.WriteByte((byte)' ');
        return buffer.ToArray();
    }

    private static long ByteCount(Item item) =>
        item.Shape.Aggregate((long)SafeTensorsHeader.ElementSize(item.Type), (bytes, dimension) => checked(bytes * dimension));

    private sealed class CountingStream(Stream inner) : WriteOnlyStream
    {
        public long Count { get; set; }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            inner.Write(buffer);
            Count += buffer.Length;
        }
    }
}
