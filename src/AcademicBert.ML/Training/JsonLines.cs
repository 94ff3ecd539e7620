using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace AcademicBert.Training;

/// <summary>Journals with a JSON object a line, appended to by processes that may be killed.</summary>
internal static class JsonLines
{
    /// <summary>How events are written: what one does not have is left out, and a loss may be no number.</summary>
    public static JsonSerializerOptions Events { get; } = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        RespectNullableAnnotations = true,
    };

    /// <summary>Reads a journal; a line cut off by a crash ends it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="json">How its objects are written.</param>
    /// <returns>Each object, and the number of bytes up to its end.</returns>
    public static IEnumerable<(T Line, long End)> Read<T>(string path, JsonSerializerOptions json)
        where T : class
    {
        using FileStream stream = File.OpenRead(path);
        var bytes = new MemoryStream();
        for (long end = 0; ReadLine(stream, bytes);)
        {
            if (Parse<T>(bytes.GetBuffer().AsSpan(0, (int)bytes.Length), json) is not { } line)
                yield break;
            end += bytes.Length + 1;
            yield return (line, end);
        }
    }

    /// <summary>The object of a line; null where the process was killed in the middle of it.</summary>
    private static T? Parse<T>(ReadOnlySpan<byte> line, JsonSerializerOptions json)
        where T : class
    {
        ReadOnlySpan<byte> mark = Encoding.UTF8.Preamble;
        try
        {
            return JsonSerializer.Deserialize<T>(line.StartsWith(mark) ? line[mark.Length..] : line, json);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Reads up to a line feed or the end; false at the end.</summary>
    private static bool ReadLine(FileStream stream, MemoryStream line)
    {
        line.SetLength(0);
        int value;
        while ((value = stream.ReadByte()) >= 0 && value != '\n')
            line.WriteByte((byte)value);
        return value >= 0 || line.Length > 0;
    }

    /// <summary>Whether nothing follows the lines that were read but one that a killed process did not finish.</summary>
    /// <param name="path">The file.</param>
    /// <param name="end">Number of bytes up to the end of the last line that was read.</param>
    public static bool EndsIn(string path, long end)
    {
        using FileStream stream = File.OpenRead(path);
        stream.Position = Math.Min(end, stream.Length);
        for (int value; (value = stream.ReadByte()) >= 0;)
        {
            if (value == '\n')
                return false;
        }

        return true;
    }

    /// <summary>Opens a journal to append to, cut to what is kept of it.</summary>
    public static FileStream Append(string path, long keep)
    {
        var stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read);
        if (keep < stream.Length)
            stream.SetLength(keep);
        stream.Seek(0, SeekOrigin.End);
        if (keep > stream.Length)
            stream.WriteByte((byte)'\n'); // the process was killed before the last line's end
        return stream;
    }

    /// <summary>Opens a journal of events to append to, cut before the first of those that will come again.</summary>
    public static FileStream AppendEvents<T>(string path, Func<T, bool> comesAgain)
        where T : class =>
        Append(path, File.Exists(path) ? Read<T>(path, Events).TakeWhile(line => !comesAgain(line.Line)).Select(line => line.End).LastOrDefault() : 0);

    /// <summary>Appends an object.</summary>
    public static void Write<T>(FileStream stream, T line, JsonSerializerOptions json, bool flushToDisk = false)
    {
        stream.Write([.. JsonSerializer.SerializeToUtf8Bytes(line, json), (byte)'\n']);
        stream.Flush(flushToDisk);
    }
}
