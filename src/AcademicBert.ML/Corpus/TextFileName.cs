namespace AcademicBert.Corpus;

/// <summary>What a text file holds by its name.</summary>
internal static class TextFileName
{
    private static readonly string[] s_text = ["", ".txt", ".text"];
    private static readonly string[] s_json = [".jsonl", ".ndjson", ".json"];
    private static readonly string[] s_tables = [".csv", ".tsv"];

    /// <summary>The extension in lower case, with its stop; of a compressed file the one before .gz.</summary>
    public static string Extension(string path) =>
        Path.GetExtension(path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? path[..^3] : path).ToLowerInvariant();

    /// <summary>How documents lie in a file without markup.</summary>
    public static TextLayout Layout(string path) => Extension(path) switch
    {
        var extension when s_json.Contains(extension) => TextLayout.JsonLines,
        var extension when s_tables.Contains(extension) => TextLayout.Table,
        _ => TextLayout.DocumentPerFile,
    };

    /// <summary>The extensions of the files of a folder that are read. A table among texts is seldom one of them.</summary>
    public static IReadOnlyList<string> Extensions(TextLayout layout) => layout switch
    {
        TextLayout.Automatic => [.. s_text, .. s_json],
        TextLayout.JsonLines => s_json,
        TextLayout.Table => s_tables,
        _ => s_text,
    };
}
