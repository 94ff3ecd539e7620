using System.Buffers;
using System.Runtime.InteropServices;
using AcademicBert.Tensors;
using Microsoft.Win32.SafeHandles;

namespace AcademicBert.Training;

/// <summary>
/// Writes a new file past the system's cache where it can (Linux, O_DIRECT), through a buffer of whole blocks: copying a large file into
/// the cache costs several times the processor time that its writing does, and training has better use for both.
/// </summary>
internal sealed unsafe partial class DirectFileStream : WriteOnlyStream
{
    // A block less than the power of two that the pool lends, for the way to the first whole block.
    private const int Block = 4096, BufferSize = 1023 * Block;
    private const int SetStatusFlags = 4, Direct = 0x4000, DirectOnArm = 0x10000;

    private readonly SafeFileHandle _file;
    private readonly byte* _buffer;
    private readonly bool _direct;
    private byte[]? _lent;
    private MemoryHandle _pin;
    private long _written;
    private int _filled;

    /// <param name="path">The file; there must be none of that name.</param>
    /// <exception cref="IOException">The file is there, or cannot be made.</exception>
    public DirectFileStream(string path)
    {
        _file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write);
        _direct = GoDirect(_file);
        // Lent by the pool: each thread that takes as much of the native heap leaves it in an arena of its own.
        _lent = ArrayPool<byte>.Shared.Rent(BufferSize + Block);
        _pin = _lent.AsMemory().Pin();
        _buffer = (byte*)(((nuint)_pin.Pointer + Block - 1) / Block * Block);
    }

    /// <summary>Bytes that were written to the stream.</summary>
    public long Count => _written + _filled;

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (buffer.Length > 0)
        {
            int count = Math.Min(buffer.Length, BufferSize - _filled);
            buffer[..count].CopyTo(new Span<byte>(_buffer + _filled, count));
            buffer = buffer[count..];
            _filled += count;
            if (_filled == BufferSize)
                WriteBuffer(BufferSize);
        }
    }

    /// <summary>Writes what is left and waits until the disk has everything. Nothing can be written afterwards.</summary>
    public void Finish()
    {
        long length = Count;
        int blocks = (_filled + Block - 1) / Block * Block;
        new Span<byte>(_buffer + _filled, blocks - _filled).Clear();
        WriteBuffer(_direct ? blocks : _filled);
        if (_written != length)
            RandomAccess.SetLength(_file, length);
        _written = length;
        RandomAccess.FlushToDisk(_file);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _file.Dispose();
        _pin.Dispose();
        if (Interlocked.Exchange(ref _lent, null) is { } lent)
            ArrayPool<byte>.Shared.Return(lent);
        base.Dispose(disposing);
    }

    private void WriteBuffer(int count)
    {
        RandomAccess.Write(_file, new ReadOnlySpan<byte>(_buffer, count), _written);
        _written += count;
        _filled = 0;
    }

    // Turned on for a file that is open: some file systems make the file before they refuse, those in memory among them.
    private static bool GoDirect(SafeFileHandle file)
    {
        bool arm = RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm;
        return OperatingSystem.IsLinux() && Control(file, SetStatusFlags, arm ? DirectOnArm : Direct) == 0;
    }

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Control(SafeFileHandle file, int command, int argument);
}
