using System.Globalization;
using System.IO.Enumeration;
using AcademicBert.Files;

namespace AcademicBert.Corpus;

/// <summary>Reads documents from UTF-8 text files, plain or compressed (.gz): single files, folders, patterns.</summary>
/// <remarks>Files are read in ordinal order of their full paths, whatever the file system lists first.</remarks>
public sealed class TextFileSource : IDocumentSource, IReadingProgress, IFingerprintedSource
{
    private readonly TextFileOptions _options;
    private readonly SortedSet<string> _leftOut = new(StringComparer.Ordinal), _leftOutFolders = new(StringComparer.Ordinal);
    private double _fractionRead;

    /// <summary>Makes a source and lists its files.</summary>
    /// <param name="path">
    /// A file; a folder, of which every file below is read that is a text file by its name (.txt, .text or no extension, for
    /// JSON lines .jsonl, .ndjson or .json, for <see cref="TextLayout.Table"/> .csv or .tsv; each also with .gz; hidden ones are left
    /// out); or a pattern with * and ? in any part and ** for any number of folders, of which every matching file is read. Folders below
    /// that hold a run, a corpus or a model are no text, and left out.
    /// </param>
    /// <param name="options">How the files are read; default <see cref="TextFileOptions"/>.</param>
    /// <exception cref="FileNotFoundException">Nothing is there.</exception>
    public TextFileSource(string path, TextFileOptions? options = null)
        : this([path], options)
    {
    }

    /// <summary>Makes a source of several files, folders or patterns; a file that is named twice is read once.</summary>
    /// <param name="paths">See the other constructor.</param>
    /// <param name="options">How the files are read; default <see cref="TextFileOptions"/>.</param>
    /// <exception cref="FileNotFoundException">One of the paths names no file.</exception>
    public TextFileSource(IEnumerable<string> paths, TextFileOptions? options = null)
    {
        _options = options ?? new TextFileOptions();
        _options.Validate();
        string[] all = [.. paths];
        Description = string.Join(" + ", all);
        Files = [.. all.SelectMany(Find).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        _leftOut.ExceptWith(Files);
        if (Files.Count == 0)
            throw new ArgumentException("At least one path is needed.", nameof(paths));
    }

    /// <inheritdoc/>
    public string Description { get; }

    /// <summary>Full paths of the files, in the order they are read in.</summary>
    public IReadOnlyList<string> Files { get; }

    /// <summary>Full paths of the files below the folders that are no text files by their names, and so are not read.</summary>
    public IReadOnlyCollection<string> LeftOut => _leftOut;

    /// <summary>Full paths of the folders below those that are read which hold a run, a corpus or a model, and so are not read.</summary>
    public IReadOnlyCollection<string> LeftOutFolders => _leftOutFolders;

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">A file is not UTF-8 or not of its layout; the message names file and place.</exception>
    public IEnumerable<Document> Read(CancellationToken cancellationToken = default)
    {
        long total = Math.Max(1, Files.Sum(file => new FileInfo(file).Length)), finished = 0;
        foreach (string file in Files)
        {
            using var lines = new Utf8LineReader(file);
            foreach (Document document in DocumentReader.Read(lines, _options, cancellationToken))
            {
                cancellationToken.ThrowIfCancellationRequested();
                _fractionRead = (double)(finished + lines.BytesRead) / total;
                yield return document;
            }

            finished += lines.BytesRead;
        }
    }

    /// <inheritdoc/>
    double IReadingProgress.FractionRead => _fractionRead;

    /// <inheritdoc/>
    // Hundreds of gigabytes are not read once more for it: an edit hardly ever leaves the length as it was.
    string IFingerprintedSource.Fingerprint(CancellationToken cancellationToken) =>
        string.Create(CultureInfo.InvariantCulture, $"{Files.Count} file{(Files.Count == 1 ? "" : "s")}, {Files.Sum(file => new FileInfo(file).Length)} bytes, {_options.Layout}");

    private IEnumerable<string> Find(string path)
    {
        if (File.Exists(path))
            return [Path.GetFullPath(path)];

        bool isPattern = path.AsSpan().ContainsAny('*', '?') && !Directory.Exists(path);
        if (!isPattern && !Directory.Exists(path))
            throw new FileNotFoundException($"{path}: there is no such file or folder.", path);

        (string root, string pattern) = isPattern ? SplitPattern(path) : (Path.GetFullPath(path), "**");
        if (!Directory.Exists(root))
            throw new FileNotFoundException($"{path}: there is no folder {root}.", path);
        IReadOnlyList<string> extensions = TextFileName.Extensions(_options.Layout);
        ILookup<bool, string> files = FilesBelow(root)
            .ToLookup(file => isPattern ? Matches(Path.GetRelativePath(root, file), pattern) : extensions.Contains(TextFileName.Extension(file)));
        List<string> found = [.. files[true]];
        if (!isPattern)
            _leftOut.UnionWith(files[false]);
        return found.Count > 0
            ? found
            : throw new FileNotFoundException(
                isPattern ? $"{path}: no file matches." : $"{path}: the folder holds no text file ({string.Join(", ", extensions.Select(extension => extension.Length == 0 ? "no extension" : extension))}; also .gz). Name the files by a pattern such as '{Path.Combine(path, "**", "*.md")}'.",
                path);
    }

    private static readonly EnumerationOptions s_everything = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.Hidden | FileAttributes.System };

    private FileSystemEnumerable<string> FilesBelow(string root) => new(root, (ref entry) => entry.ToFullPath(), s_everything)
    {
        ShouldIncludePredicate = (ref entry) => !entry.IsDirectory,
        ShouldRecursePredicate = (ref entry) =>
        {
            string folder = entry.ToFullPath();
            if (!WorkFolder.IsIn(folder))
                return true;
            _leftOutFolders.Add(folder);
            return false;
        },
    };

    /// <summary>The folder before the first part with a wildcard, and the rest.</summary>
    private static (string Root, string Pattern) SplitPattern(string path)
    {
        string[] parts = path.Replace('\\', '/').Split('/');
        int first = Array.FindIndex(parts, part => part.AsSpan().ContainsAny('*', '?'));
        string root = string.Join('/', parts[..first]);
        if (root.Length == 0)
            root = first > 0 ? "/" : ".";
        return (Path.GetFullPath(root), string.Join('/', parts[first..]));
    }

    private static bool Matches(string relativePath, string pattern) =>
        Matches(relativePath.Replace('\\', '/').Split('/'), pattern.Split('/'));

    private static bool Matches(ReadOnlySpan<string> parts, ReadOnlySpan<string> pattern)
    {
        if (pattern.IsEmpty)
            return parts.IsEmpty;
        if (pattern[0] == "**")
            return Matches(parts, pattern[1..]) || (!parts.IsEmpty && Matches(parts[1..], pattern));
        return !parts.IsEmpty && FileSystemName.MatchesSimpleExpression(pattern[0], parts[0], ignoreCase: false) && Matches(parts[1..], pattern[1..]);
    }
}
