using System.Buffers.Binary;
using System.IO.Compression;

namespace AcademicBert.Corpus;

/// <summary>Reads the lines of a file, plain or gzip-compressed, as bytes. Knows nothing of their encoding but its marks.</summary>
internal sealed class Utf8LineReader : IDisposable
{
    private readonly FileStream? _file;
    private readonly Stream _stream;
    private byte[] _buffer = new byte[1 << 18];
    private int _start, _end;
    private long _bufferOffset;
    private bool _ended;

    public Utf8LineReader(string path)
        : this(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan), path)
    {
    }

    /// <param name="stream">The content; disposed with this.</param>
    /// <param name="path">Its name, for messages; one that ends in .gz says that it is compressed.</param>
    public Utf8LineReader(Stream stream, string path)
    {
        Path = path;
        _file = stream as FileStream;
        _stream = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(stream, CompressionMode.Decompress) : stream;
        try
        {
            Fill();
            ReadOnlySpan<byte> head = _buffer.AsSpan(0, _end);
            if (head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || head.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]))
                throw new InvalidDataException($"{path}: is UTF-16 by its byte order mark. Convert it to UTF-8.");
            if (head.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]))
                _start = 3;
        }
        catch
        {
            _stream.Dispose();
            throw;
        }
    }

    public string Path { get; }

    /// <summary>How far the file on the disk has been read; 0 where there is none.</summary>
    public long BytesRead => _file?.Position ?? 0;

    /// <summary>Number of the line read last, from 1.</summary>
    public long LineNumber { get; private set; }

    /// <summary>Offset of the line read last in the file (of a compressed file: in its decompressed content).</summary>
    public long LineOffset { get; private set; }

    /// <summary>What is buffered of the rest of the file, at least its first bytes.</summary>
    public ReadOnlySpan<byte> Peek() => _buffer.AsSpan(_start, _end - _start);

    /// <summary>Reads a line without its end (LF or CR LF); valid until the next call.</summary>
    public bool TryRead(out ReadOnlySpan<byte> line)
    {
        int searched = _start;
        int length;
        while ((length = _buffer.AsSpan(searched, _end - searched).IndexOf((byte)'\n')) < 0 && !_ended)
        {
            int known = _end - _start;
            Fill();
            searched = _start + known;
        }

        bool hasEnd = length >= 0;
        int end = hasEnd ? searched + length : _end;
        if (!hasEnd && end == _start)
        {
            line = default;
            return false;
        }

        LineNumber++;
        LineOffset = _bufferOffset + _start;
        line = _buffer.AsSpan(_start, end - _start);
        if (hasEnd && line.EndsWith((byte)'\r'))
            line = line[..^1];
        _start = hasEnd ? end + 1 : end;
        return true;
    }

    /// <summary>Moves the rest to the front and reads more behind it.</summary>
    private void Fill()
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        _bufferOffset += _start;
        _end -= _start;
        _start = 0;
        if (_end == _buffer.Length)
        {
            if (_buffer.Length >= 1 << 30)
                throw new InvalidDataException($"{Path}, line {LineNumber + 1}: the line is longer than 1 GB.");
            Array.Resize(ref _buffer, 2 * _buffer.Length);
        }

        int read;
        try
        {
            read = _stream.ReadAtLeast(_buffer.AsSpan(_end), _buffer.Length - _end, throwOnEndOfStream: false);
        }
        catch (InvalidDataException exception)
        {
            throw new InvalidDataException($"{Path}: the compressed data is damaged or cut short, or is none of gzip.", exception);
        }

        _ended = read < _buffer.Length - _end;
        _end += read;
        if (_ended && _stream is GZipStream && _file is not null)
            RequireWhole(_file);
    }

    // .NET takes compressed data that is cut short for its end. Whole, it ends with the length of what it expands to, or its last part does.
    private void RequireWhole(FileStream file)
    {
        Span<byte> last = stackalloc byte[sizeof(uint)];
        long length = _bufferOffset + _end;
        if (RandomAccess.Read(file.SafeFileHandle, last, Math.Max(0, file.Length - last.Length)) < last.Length || (length <= uint.MaxValue && BinaryPrimitives.ReadUInt32LittleEndian(last) > length))
            throw new InvalidDataException($"{Path}: the compressed data is cut short.");
    }

    public void Dispose() => _stream.Dispose();
}
