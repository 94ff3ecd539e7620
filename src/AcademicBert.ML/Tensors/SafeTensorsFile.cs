using System.Buffers;
using System.IO.Hashing;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using AcademicBert.Files;

namespace AcademicBert.Tensors;

/// <summary>A safetensors file, of which each tensor is read to its place when it is asked for.</summary>
internal sealed class SafeTensorsFile : IDisposable
{
    // Of elements or bytes: small enough to stay in the cache while it is converted.
    private const int Block = 1 << 18;

    private readonly RandomAccessFile _file;
    private readonly Dictionary<string, SafeTensorsEntry> _entries;
    private readonly long _data;

    private SafeTensorsFile(string path)
    {
        _file = new RandomAccessFile(path);
        try
        {
            Span<byte> first = stackalloc byte[(int)Math.Min(SafeTensorsHeader.LengthSize, _file.Length)];
            _file.Read(0, first);
            byte[] header = new byte[SafeTensorsHeader.ReadLength(first, _file.Length, path)];
            _file.Read(SafeTensorsHeader.LengthSize, header);
            _data = SafeTensorsHeader.LengthSize + header.Length;
            var metadata = new Dictionary<string, string>();
            Entries = SafeTensorsHeader.Parse(header, _file.Length - _data, path, metadata);
            Metadata = metadata;
        }
        catch
        {
            Dispose();
            throw;
        }

        _entries = Entries.ToDictionary(entry => entry.Name, StringComparer.Ordinal);
    }

    /// <summary>The file's path.</summary>
    public string Path => _file.Path;

    /// <summary>All tensors, in the header's order.</summary>
    public IReadOnlyList<SafeTensorsEntry> Entries { get; }

    /// <summary>The file's metadata strings.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Opens a file and reads its header.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is damaged; the message names it and the tensor.</exception>
    public static SafeTensorsFile Open(string path) =>
        File.Exists(path) ? new SafeTensorsFile(path) : throw new FileNotFoundException($"There is no file '{path}'.", path);

    /// <summary>Whether the file has a tensor of that name.</summary>
    public bool Contains(string name) => _entries.ContainsKey(name);

    /// <summary>The entry of a tensor.</summary>
    /// <exception cref="InvalidDataException">The file has no tensor of that name.</exception>
    public SafeTensorsEntry this[string name] =>
        _entries.TryGetValue(name, out SafeTensorsEntry? entry) ? entry : throw new InvalidDataException($"'{Path}' has no tensor '{name}'.");

    /// <summary>Reads bytes of a tensor.</summary>
    /// <param name="name">The tensor.</param>
    /// <param name="offset">The first byte, counted from the tensor's.</param>
    /// <param name="destination">Receives them; the tensor has as many.</param>
    /// <exception cref="InvalidDataException">There is no such tensor, it is shorter, or the file was cut short since it was opened.</exception>
    public void Read(string name, long offset, Span<byte> destination)
    {
        SafeTensorsEntry entry = this[name];
        if (offset < 0 || offset > entry.Length - destination.Length)
            throw new InvalidDataException($"'{Path}': tensor '{name}' has {entry.Length} bytes, {destination.Length} from {offset} on are needed.");
        _file.Read(_data + entry.Begin + offset, destination);
    }

    /// <summary>Copies a floating-point tensor into fp32 memory; F64 is rounded, F16 and BF16 are widened.</summary>
    /// <exception cref="InvalidDataException">There is no such tensor, its type or size is another, its checksum differs, or the file was cut short since it was opened.</exception>
    public void CopyTo(string name, Span<float> destination)
    {
        SafeTensorsEntry entry = this[name];
        if (entry.ElementCount != destination.Length)
            throw new InvalidDataException($"'{Path}': tensor '{name}' has {entry.ElementCount} elements, {destination.Length} are needed.");
        if (entry.Type is not ("F32" or "F64" or "F16" or "BF16"))
            throw new InvalidDataException($"'{Path}': tensor '{name}' holds {entry.Type}, floating point is needed.");

        XxHash3? hash = Metadata.TryGetValue(SafeTensorsHeader.ChecksumPrefix + name, out string? checksum) ? new XxHash3() : null;
        int size = SafeTensorsHeader.ElementSize(entry.Type);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(Math.Min(Block, destination.Length) * size);
        for (int done = 0; done < destination.Length; done += Block)
        {
            Span<float> block = destination[done..Math.Min(done + Block, destination.Length)];
            Span<byte> bytes = entry.Type == "F32" ? MemoryMarshal.AsBytes(block) : buffer.AsSpan(0, block.Length * size);
            Read(name, (long)done * size, bytes);
            hash?.Append(bytes);
            if (entry.Type == "F64")
                TensorPrimitives.ConvertTruncating(MemoryMarshal.Cast<byte, double>(bytes), block);
            else if (entry.Type == "F16")
                TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(bytes), block);
            else if (entry.Type == "BF16")
                BFloat16.ToSingle(MemoryMarshal.Cast<byte, ushort>(bytes), block);
        }

        ArrayPool<byte>.Shared.Return(buffer);
        if (hash is not null && Convert.ToHexStringLower(hash.GetCurrentHash()) != checksum)
            throw new InvalidDataException($"'{Path}' is damaged: tensor '{name}' is not what was written, its checksum is another. Copy the file again from where it is whole.");
    }

    /// <summary>Whether a tensor of this file and one of another, or of this too, are the same byte for byte.</summary>
    public bool HasSameBytes(string name, SafeTensorsFile other, string otherName)
    {
        if (this[name].Length != other[otherName].Length)
            return false;
        byte[] ours = new byte[Math.Min(Block, this[name].Length)], theirs = new byte[ours.Length];
        for (long done = 0; done < this[name].Length; done += Block)
        {
            int count = (int)Math.Min(Block, this[name].Length - done);
            Read(name, done, ours.AsSpan(0, count));
            other.Read(otherName, done, theirs.AsSpan(0, count));
            if (!ours.AsSpan(0, count).SequenceEqual(theirs.AsSpan(0, count)))
                return false;
        }

        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
