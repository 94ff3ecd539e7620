using System.IO.Hashing;
using System.Text.Json;
using AcademicBert.Files;
using AcademicBert.Tensors;

namespace AcademicBert.Training;

/// <summary>Size and checksum of every file of a folder, in <c>manifest.json</c>: a folder with a matching one is complete and undamaged.</summary>
internal static class FolderManifest
{
    private const string FileName = "manifest.json";
    private const int Version = 1;

    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private sealed record FileEntry(long Bytes, string XxHash3);

    private sealed record Content(int Version, SortedDictionary<string, FileEntry?> Files);

    /// <summary>
    /// Writes a folder and its manifest: under a temporary name, renamed when all is on disk. A folder of that name is replaced. Checksums
    /// are taken of what is written.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="files">Its files, and what writes each.</param>
    public static void Write(string folder, IEnumerable<(string Name, Action<Stream> Content)> files) => NewFolder.Write(folder, temporary => Seal(temporary, files));

    /// <summary>Checks every file against the manifest.</summary>
    /// <exception cref="InvalidDataException">A file is missing, or not the one that was written; the message names it.</exception>
    public static void Verify(string folder)
    {
        string path = Path.Combine(folder, FileName);
        Content? content;
        try
        {
            content = JsonSerializer.Deserialize<Content>(File.ReadAllBytes(path), s_json);
        }
        catch (Exception exception) when (exception is JsonException or FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InvalidDataException($"'{path}' is missing or damaged: the folder was not written to the end.", exception);
        }

        if (content?.Version != Version || content.Files is not { Count: > 0 })
            throw new InvalidDataException($"'{path}' has the version {content?.Version}; this library reads version {Version}.");
        foreach ((string name, FileEntry? expected) in content.Files)
        {
            if (!PlainName.Is(name))
                throw new InvalidDataException($"'{path}' is damaged: '{name}' is no file name.");
            string file = Path.Combine(folder, name);
            if (!File.Exists(file))
                throw new InvalidDataException($"'{file}' is missing.");
            if (new FileInfo(file).Length != expected?.Bytes || Checksum(file) != expected.XxHash3)
                throw new InvalidDataException($"'{file}' is damaged: its checksum is not that of the manifest.");
        }
    }

    private static void Seal(string folder, IEnumerable<(string Name, Action<Stream> Content)> files)
    {
        var entries = new SortedDictionary<string, FileEntry?>(StringComparer.Ordinal);
        foreach ((string name, Action<Stream> content) in files)
            entries.Add(name, Write(Path.Combine(folder, name), content));
        Write(Path.Combine(folder, FileName), stream => JsonSerializer.Serialize(stream, new Content(Version, entries), s_json));
    }

    private static FileEntry Write(string path, Action<Stream> content)
    {
        using var file = new DirectFileStream(path);
        using var hashing = new HashingStream(file);
        content(hashing);
        file.Finish();
        return new FileEntry(file.Count, hashing.Hash);
    }

    /// <summary>Checksum (XxHash3) of a file's content.</summary>
    public static string Checksum(string path)
    {
        using FileStream stream = File.OpenRead(path);
        var hash = new XxHash3();
        hash.Append(stream);
        return Convert.ToHexStringLower(hash.GetCurrentHash());
    }
}
