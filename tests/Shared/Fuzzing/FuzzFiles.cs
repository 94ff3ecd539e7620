using System.Text;
using System.Text.Json;

namespace AcademicBert.Tests.Fuzzing;

/// <summary>What targets need to hand inputs over.</summary>
internal static class FuzzFiles
{
    /// <summary>Puts an input where its parser looks for it.</summary>
    public static string Put(string folder, string name, byte[] content)
    {
        string path = Path.Combine(folder, name);
        try
        {
            File.WriteAllBytes(path, content);
        }
        catch (DirectoryNotFoundException)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, content);
        }

        return path;
    }

    /// <summary>A folder that is filled when it is first asked for.</summary>
    public static string Once(string folder, string name, Action<string> fill)
    {
        string path = Path.Combine(folder, name);
        if (!Directory.Exists(path))
            fill(path);
        return path;
    }

    /// <summary>The content of a file that is written into a folder of its own.</summary>
    public static byte[] Written(string name, Action<string> write)
    {
        string folder = Directory.CreateTempSubdirectory("academicbert-tests-").FullName;
        try
        {
            write(folder);
            return File.ReadAllBytes(Path.Combine(folder, name));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Text as an input.</summary>
    public static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    /// <summary>Whether an input has all of the parts.</summary>
    public static bool Has(byte[] input, params string[] parts) => parts.All(part => input.AsSpan().IndexOf(Utf8(part)) >= 0);

    /// <summary>Whether an input is a JSON object and nothing else.</summary>
    public static bool IsObject(byte[] input)
    {
        try
        {
            var reader = new Utf8JsonReader(input, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = 512 });
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return false;
            reader.Skip();
            return !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Gives an input to several readers; it is refused where none takes it.</summary>
    public static void ReadByAll(params Action[] readers)
    {
        InvalidDataException? refusal = null;
        int refused = 0;
        foreach (Action reader in readers)
        {
            try
            {
                reader();
            }
            catch (InvalidDataException error)
            {
                refusal = error;
                refused++;
            }
        }

        if (refused == readers.Length)
            throw refusal!;
    }
}
