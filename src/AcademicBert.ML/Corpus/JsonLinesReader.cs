using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace AcademicBert.Corpus;

/// <summary>Reads JSON lines: each line an object, the document in one of its fields.</summary>
internal static class JsonLinesReader
{
    public static IEnumerable<Document> Read(Utf8LineReader lines, TextFileOptions options)
    {
        while (lines.TryRead(out ReadOnlySpan<byte> line))
        {
            if (!DocumentReader.IsBlank(line))
                yield return new Document($"{lines.Path}:{lines.LineNumber}", ReadField(line, lines, options));
        }
    }

    private static string ReadField(ReadOnlySpan<byte> line, Utf8LineReader lines, TextFileOptions options)
    {
        if (!Utf8.IsValid(line))
        {
            if (!options.ReplaceInvalidBytes)
                new DocumentText(replaceInvalidBytes: false).Append(line, lines);
            line = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(line));
        }

        try
        {
            var json = new Utf8JsonReader(line);
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
                throw DocumentReader.Misplaced(lines, "a JSON object is expected on every line.");
            string? text = null;
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                bool wanted = json.ValueTextEquals(options.JsonTextField);
                json.Read();
                if (!wanted)
                    json.Skip();
                else if (json.TokenType == JsonTokenType.String)
                    text = json.GetString();
                else
                    throw DocumentReader.Misplaced(lines, $"the field '{options.JsonTextField}' is not a string.");
            }

            // Read once more, so that rubbish behind the object is an error too.
            json.Read();
            return text ?? throw DocumentReader.Misplaced(lines, $"the object has no field '{options.JsonTextField}'; name it by {nameof(TextFileOptions.JsonTextField)}.");
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw DocumentReader.Misplaced(lines, $"not valid JSON: {exception.Message}");
        }
    }
}
