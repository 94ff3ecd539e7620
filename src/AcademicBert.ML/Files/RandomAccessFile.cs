using Microsoft.Win32.SafeHandles;

namespace AcademicBert.Files;

/// <summary>A file that is read at any place, by any number of threads.</summary>
/// <remarks>Not mapped into memory: where others cut a mapped file short, touching what is gone ends the process, and no error can be made of it.</remarks>
internal sealed class RandomAccessFile : IDisposable
{
    private readonly SafeFileHandle _handle;
    private byte[]? _content;

    /// <summary>Opens a file.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public RandomAccessFile(string path)
    {
        Path = path;
        _handle = File.OpenHandle(path);
        Length = RandomAccess.GetLength(_handle);
    }

    /// <summary>The file's path.</summary>
    public string Path { get; }

    /// <summary>Its bytes when it was opened.</summary>
    public long Length { get; }

    /// <summary>Takes the whole file into memory; what is read from now on is what it holds now.</summary>
    /// <exception cref="InvalidDataException">The file has been cut short since it was opened.</exception>
    public void Hold()
    {
        byte[] content = GC.AllocateUninitializedArray<byte>((int)Length);
        Read(0, content);
        _content = content;
    }

    /// <summary>Fills a buffer.</summary>
    /// <param name="offset">The first byte; as many as are asked for lie before <see cref="Length"/>.</param>
    /// <param name="destination">The buffer.</param>
    /// <exception cref="InvalidDataException">The file has been cut short since it was opened.</exception>
    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    public void Read(long offset, Span<byte> destination)
    {
        if (_content is { } content)
        {
            ObjectDisposedException.ThrowIf(_handle.IsClosed, this);
            content.AsSpan((int)offset, destination.Length).CopyTo(destination);
            return;
        }

        while (!destination.IsEmpty)
        {
            int read = RandomAccess.Read(_handle, destination, offset);
            if (read == 0)
                throw new InvalidDataException($"'{Path}' ends at byte {offset}, where it had {Length} when it was opened: it was changed while it was read.");
            destination = destination[read..];
            offset += read;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();
}
