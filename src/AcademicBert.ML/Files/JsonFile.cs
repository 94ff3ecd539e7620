using System.Text.Json;

namespace AcademicBert.Files;

/// <summary>Reads files that hold one JSON value.</summary>
internal static class JsonFile
{
    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidDataException">It does not hold a <typeparamref name="T"/>; the message names it.</exception>
    public static T Read<T>(string path, JsonSerializerOptions json)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(File.ReadAllBytes(path), json) ?? throw new InvalidDataException($"'{path}' is empty.");
        }
        catch (JsonException damage)
        {
            throw new InvalidDataException($"'{path}' is damaged: {Problem(damage)}", damage);
        }
    }

    /// <summary>What is wrong with JSON, with the line from 1; .NET counts from 0, and in its own words.</summary>
    public static string Problem(Exception error) => error is JsonException { LineNumber: { } line } json ? $"line {line + 1}: {json.Message.Split([" Path: ", " LineNumber: "], StringSplitOptions.None)[0]}" : error.Message;
}
