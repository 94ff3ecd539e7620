namespace AcademicBert.Cli.Display;

/// <summary>Which files of the folders that were named are not read.</summary>
internal static class LeftOutText
{
    private const int MostExtensions = 5;

    /// <summary>One line for all.</summary>
    public static string Of(IReadOnlyCollection<string> files)
    {
        string[] extensions = [.. files.CountBy(file => Path.GetExtension(file)).OrderByDescending(extension => extension.Value).ThenBy(extension => extension.Key, StringComparer.Ordinal).Select(extension => extension.Key)];
        string listed = string.Join(", ", extensions.Take(MostExtensions)) + (extensions.Length > MostExtensions ? ", …" : "");
        return $"{files.Count} {(files.Count == 1 ? "file is" : "files are")} not read, since the name is not that of a text file ({listed}). A pattern such as '{Path.Combine(Path.GetDirectoryName(files.First())!, "*" + extensions[0])}' names them.";
    }
}
