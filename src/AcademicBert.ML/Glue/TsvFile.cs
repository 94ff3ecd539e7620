using System.Text;
using AcademicBert.Corpus;

namespace AcademicBert.Glue;

/// <summary>
/// Reads a file of tab-separated columns, plain or gzip-compressed. Quotes mean nothing: GLUE's files hold unbalanced ones.
/// A byte order mark and CR LF are read over.
/// </summary>
internal sealed class TsvFile : IDisposable
{
    private static readonly UTF8Encoding s_utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly Utf8LineReader _lines;
    private readonly IReadOnlyList<string> _columns;

    /// <param name="path">The file.</param>
    /// <param name="columns">Names of the columns where the file has no header; null: its first line names them.</param>
    /// <exception cref="InvalidDataException">The file is empty or not UTF-8.</exception>
    public TsvFile(string path, IReadOnlyList<string>? columns = null)
    {
        _lines = new Utf8LineReader(path);
        try
        {
            _columns = columns ?? ReadFields() ?? throw new InvalidDataException($"{path}: is empty; its first line should name the columns.");
        }
        catch
        {
            _lines.Dispose();
            throw;
        }
    }

    /// <summary>Where the line read last stands, for messages.</summary>
    public string At => $"{_lines.Path}, line {_lines.LineNumber}";

    /// <summary>Number of a column.</summary>
    /// <exception cref="InvalidDataException">There is none of that name; the message lists those there are.</exception>
    public int Column(string name)
    {
        for (int i = 0; i < _columns.Count; i++)
            if (_columns[i] == name)
                return i;
        throw new InvalidDataException($"{_lines.Path}, line 1: there is no column '{name}'. The columns are {string.Join(", ", _columns.Select(column => $"'{Short(column)}'"))}.");
    }

    /// <summary>Reads a line.</summary>
    /// <param name="fields">Its fields, as many as there are columns; null at the end of the file.</param>
    /// <param name="problem">What is wrong with the line; null: nothing.</param>
    /// <returns>Whether there was a line.</returns>
    public bool TryRead(out string[] fields, out string? problem)
    {
        problem = null;
        if (ReadFields() is not { } read)
        {
            fields = [];
            return false;
        }

        fields = read;
        if (read.Length != _columns.Count)
            problem = $"{At}: has {read.Length} columns, there should be {_columns.Count}.";
        return true;
    }

    public void Dispose() => _lines.Dispose();

    private string[]? ReadFields()
    {
        if (!_lines.TryRead(out ReadOnlySpan<byte> line))
            return null;
        try
        {
            return s_utf8.GetString(line).Split('\t');
        }
        catch (DecoderFallbackException exception)
        {
            throw new InvalidDataException($"{At}: is not UTF-8 ({exception.Message}) Convert the file.", exception);
        }
    }

    /// <summary>A field as a message can hold it.</summary>
    internal static string Short(string field) => field.Length <= 40 ? field : field[..40] + "...";
}
