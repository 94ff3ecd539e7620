using System.IO.MemoryMappedFiles;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace AcademicBert.Tensors;

/// <summary>A safetensors file, memory-mapped and read without copies.</summary>
internal sealed unsafe class SafeTensorsFile : IDisposable
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly Dictionary<string, SafeTensorsEntry> _entries;
    private readonly byte* _data;
    private bool _disposed;

    private SafeTensorsFile(string path)
    {
        Path = path;
        long length = new FileInfo(path).Length;
        Span<byte> first = stackalloc byte[8];
        using (FileStream stream = File.OpenRead(path))
            first = first[..stream.ReadAtLeast(first, 8, throwOnEndOfStream: false)];
        int headerLength = SafeTensorsHeader.ReadLength(first, length, path);
        _file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        _view = _file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        byte* start = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        start += _view.PointerOffset;
        _data = start + 8 + headerLength;
        var metadata = new Dictionary<string, string>();
        try
        {
            Entries = SafeTensorsHeader.Parse(new ReadOnlySpan<byte>(start + 8, headerLength), length - 8 - headerLength, path, metadata);
        }
        catch
        {
            Dispose();
            throw;
        }
        Metadata = metadata;
        _entries = Entries.ToDictionary(entry => entry.Name, StringComparer.Ordinal);
    }

    /// <summary>The file's path.</summary>
    public string Path { get; }

    /// <summary>All tensors, in the header's order.</summary>
    public IReadOnlyList<SafeTensorsEntry> Entries { get; } = [];

    /// <summary>The file's metadata strings.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; } = new Dictionary<string, string>();

    /// <summary>Maps a file.</summary>
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

    /// <summary>The bytes of a tensor, without a copy; valid until the file is disposed.</summary>
    /// <exception cref="InvalidDataException">There is no such tensor, or it has more than 2 GB.</exception>
    public ReadOnlySpan<byte> Bytes(string name)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        SafeTensorsEntry entry = this[name];
        if (entry.Length > int.MaxValue)
            throw new InvalidDataException($"'{Path}': tensor '{name}' has {entry.Length} bytes; at most {int.MaxValue} are supported.");
        return new ReadOnlySpan<byte>(_data + entry.Begin, (int)entry.Length);
    }

    /// <summary>Copies a floating-point tensor into fp32 memory; F64 is rounded, F16 and BF16 are widened.</summary>
    /// <exception cref="InvalidDataException">There is no such tensor, or its type or size is another.</exception>
    public void CopyTo(string name, Span<float> destination)
    {
        SafeTensorsEntry entry = this[name];
        if (entry.ElementCount != destination.Length)
            throw new InvalidDataException($"'{Path}': tensor '{name}' has {entry.ElementCount} elements, {destination.Length} are needed.");
        ReadOnlySpan<byte> bytes = Bytes(name);
        switch (entry.Type)
        {
            case "F32":
                bytes.CopyTo(MemoryMarshal.AsBytes(destination));
                break;
            case "F64":
                TensorPrimitives.ConvertTruncating(MemoryMarshal.Cast<byte, double>(bytes), destination);
                break;
            case "F16":
                TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(bytes), destination);
                break;
            case "BF16":
                BFloat16.ToSingle(MemoryMarshal.Cast<byte, ushort>(bytes), destination);
                break;
            default:
                throw new InvalidDataException($"'{Path}': tensor '{name}' holds {entry.Type}, floating point is needed.");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }
}
