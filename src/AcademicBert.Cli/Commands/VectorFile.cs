using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace AcademicBert.Cli.Commands;

/// <summary>
/// Writes vectors, one after the other, by a file's extension: .tsv or .csv, a line for each with its source and its numbers, which read back as they were;
/// .npy, a matrix of fp32 in NumPy's format 1.0, without sources.
/// </summary>
internal sealed class VectorFile : IDisposable
{
    // A multiple of 64 as the format asks for, and room for any count.
    private const int HeaderBytes = 128;

    private readonly Stream _file;
    private readonly StreamWriter? _lines;
    private readonly char _separator;
    private int _width;

    /// <param name="file">Where to write; stays open.</param>
    /// <param name="name">The name whose extension decides.</param>
    public VectorFile(Stream file, string name)
    {
        _file = file;
        _separator = HasExtension(name, ".csv") ? ',' : '\t';
        if (!HasExtension(name, ".npy"))
            _lines = new StreamWriter(_file, new UTF8Encoding(false), leaveOpen: true);
        else
            _file.Write(new byte[HeaderBytes]);
    }

    /// <summary>Vectors so far.</summary>
    public long Count { get; private set; }

    /// <summary>Whether files of such a name can be written.</summary>
    public static bool Knows(string name) => HasExtension(name, ".tsv") || HasExtension(name, ".csv") || HasExtension(name, ".npy");

    /// <summary>Adds a vector.</summary>
    public void Add(string source, float[] vector)
    {
        (_width, Count) = (vector.Length, Count + 1);
        if (_lines is null)
        {
            _file.Write(MemoryMarshal.AsBytes(vector.AsSpan()));
            return;
        }

        _lines.Write(_separator == ',' ? Quoted(source) : source);
        foreach (float number in vector)
        {
            _lines.Write(_separator);
            _lines.Write(number.ToString(CultureInfo.InvariantCulture));
        }

        _lines.Write('\n');
    }

    /// <summary>Completes the file.</summary>
    public void Dispose()
    {
        if (_lines is not null)
        {
            _lines.Dispose();
            return;
        }

        // The count is known at the end only.
        string shape = string.Create(CultureInfo.InvariantCulture, $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({Count}, {_width}), }}").PadRight(HeaderBytes - 11) + "\n";
        _file.Position = 0;
        _file.Write([0x93, .. "NUMPY"u8, 1, 0, HeaderBytes - 10, 0, .. Encoding.ASCII.GetBytes(shape)]);
    }

    // RFC 4180.
    private static string Quoted(string source) => source.AsSpan().IndexOfAny(",\"\r\n") < 0 ? source : $"\"{source.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static bool HasExtension(string name, string extension) => Path.GetExtension(name).Equals(extension, StringComparison.OrdinalIgnoreCase);
}
