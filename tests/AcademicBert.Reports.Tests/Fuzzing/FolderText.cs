using System.Text;

namespace AcademicBert.Reports.Tests.Fuzzing;

/// <summary>The files of a folder as one input: each behind a line with its name. To what changes JSON such a line is a comment.</summary>
internal static class FolderText
{
    private const string Mark = "// ";

    /// <summary>The files as an input.</summary>
    public static byte[] Of(params (string Name, string Content)[] files) => Encoding.UTF8.GetBytes(string.Concat(files.Select(file => $"{Mark}{file.Name}\n{file.Content}\n")));

    /// <summary>The files of a folder and the folders in it as an input.</summary>
    public static byte[] Read(string folder, params string[] names) => Of([.. names.Select(name => (name, File.ReadAllText(Path.Combine(folder, name)).TrimEnd('\n')))]);

    /// <summary>Makes a folder's files those of an input, as far as they are of the names that it may have.</summary>
    public static void Write(string folder, IReadOnlyList<string> names, ReadOnlySpan<byte> input)
    {
        var found = new HashSet<string>();
        while (Next(ref input, names, out string? name, out ReadOnlySpan<byte> content))
        {
            if (name is null || !found.Add(name))
                continue;
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder, name))!);
            File.WriteAllBytes(Path.Combine(folder, name), content);
        }

        foreach (string name in names.Where(name => !found.Contains(name)))
        {
            if (Path.Exists(Path.Combine(folder, name)))
                File.Delete(Path.Combine(folder, name));
        }
    }

    private static bool Next(ref ReadOnlySpan<byte> rest, IReadOnlyList<string> names, out string? name, out ReadOnlySpan<byte> content)
    {
        name = null;
        content = default;
        if (rest.Length == 0)
            return false;
        int line = rest.IndexOf((byte)'\n');
        ReadOnlySpan<byte> head = line < 0 ? rest : rest[..line];
        rest = line < 0 ? default : rest[(line + 1)..];
        foreach (string known in names)
        {
            if (head.SequenceEqual(Encoding.UTF8.GetBytes(Mark + known)))
                name = known;
        }

        int end = rest.StartsWith("// "u8) ? 0 : rest.IndexOf("\n// "u8);
        content = end < 0 ? rest : rest[..end];
        rest = end < 0 ? default : rest[end..].TrimStart((byte)'\n');
        return true;
    }
}
