namespace AcademicBert.Cli.Display;

/// <summary>Which files and folders below the folders that were named are not read.</summary>
internal static class LeftOutText
{
    private const int MostExtensions = 5, MostFolders = 3;

    /// <summary>A line for each kind of them.</summary>
    public static IEnumerable<string> Of(IReadOnlyCollection<string> files, IReadOnlyCollection<string> folders)
    {
        if (files.Count > 0)
            yield return OfFiles(files);
        if (folders.Count > 0)
            yield return $"Not read, since they hold runs, corpora or models: {string.Join(", ", folders.Take(MostFolders).Select(folder => $"'{folder}'"))}{(folders.Count > MostFolders ? $" and {folders.Count - MostFolders} more" : "")}.";
    }

    private static string OfFiles(IReadOnlyCollection<string> files)
    {
        string[] extensions = [.. files.CountBy(file => Path.GetExtension(file)).OrderByDescending(extension => extension.Value).ThenBy(extension => extension.Key, StringComparer.Ordinal).Select(extension => extension.Key)];
        string listed = string.Join(", ", extensions.Take(MostExtensions)) + (extensions.Length > MostExtensions ? ", …" : "");
        return $"{files.Count} {(files.Count == 1 ? "file is" : "files are")} not read, since the name is not that of a text file ({listed}). A pattern such as '{Path.Combine(Path.GetDirectoryName(files.First())!, "*" + extensions[0])}' names them.";
    }
}
