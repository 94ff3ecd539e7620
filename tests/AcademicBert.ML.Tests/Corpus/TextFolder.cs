using System.IO.Compression;
using System.Text;
using AcademicBert.Corpus;

namespace AcademicBert.Tests.Corpus;

/// <summary>A temporary folder of text files.</summary>
internal sealed class TextFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("academicbert-tests-").FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public string Write(string name, string text) => Write(name, Encoding.UTF8.GetBytes(text));

    public string Write(string name, byte[] content)
    {
        string path = this[name];
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
        return path;
    }

    public string WriteCompressed(string name, string text)
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(Encoding.UTF8.GetBytes(text));
        return Write(name, bytes.ToArray());
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

/// <summary>Documents made by a test.</summary>
internal sealed class GivenDocuments(params IEnumerable<string> texts) : IDocumentSource
{
    public string Description => "documents of a test";

    public IEnumerable<Document> Read(CancellationToken cancellationToken = default)
    {
        int number = 0;
        foreach (string text in texts)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return new Document($"document {number++}", text);
        }
    }
}
