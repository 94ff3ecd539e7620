using System.IO.Compression;
using System.IO.Hashing;
using System.Runtime.CompilerServices;
using Microsoft.ML;

namespace AcademicBert.ML.Hosting;

/// <summary>Refuses model files that are damaged or made to do harm, which neither ML.NET nor .NET's reader of archives tells.</summary>
internal static class ArchiveCheck
{
    private const long SmallEntry = 64 << 20;

    // Weights shrink by some percent; deflate makes at most 1,032 bytes of one.
    private const long LargestExpansion = 200;

    /// <summary>Refuses entries of a part that expand out of all proportion, before any is expanded. One never gives more bytes than it declares.</summary>
    /// <exception cref="InvalidDataException">An entry is a bomb; the message names it.</exception>
    public static void RefuseBombs(ModelLoadContext context)
    {
        foreach ((string path, ZipArchiveEntry entry) in Entries(context.Repository))
            if (path.StartsWith(context.Directory, StringComparison.Ordinal) && entry.Length > SmallEntry && entry.Length / LargestExpansion > entry.CompressedLength)
                throw new InvalidDataException($"The model's entry '{path}' would expand from {entry.CompressedLength} bytes to {entry.Length}: the file is damaged or made to do harm.");
    }

    /// <summary>Compares what an entry of a part expanded to with the checksum that the archive has of it, and goes back to its start.</summary>
    /// <exception cref="InvalidDataException">They differ; the message names the entry.</exception>
    public static void RefuseDamage(ModelLoadContext context, string name, Stream content)
    {
        string path = Path.Combine(context.Directory, name);
        Dictionary<string, ZipArchiveEntry> entries = Entries(context.Repository);
        // Older files part folders by backslashes.
        ZipArchiveEntry entry = entries.GetValueOrDefault(path) ?? entries[path.Replace('/', '\\')];
        var checksum = new Crc32();
        checksum.Append(content);
        content.Position = 0;
        if (checksum.GetCurrentHashAsUInt32() != entry.Crc32)
            throw new InvalidDataException($"The model's entry '{path}' is damaged: it is not what was saved. Get the file again from where it came from.");
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_entries")]
    private static extern ref Dictionary<string, ZipArchiveEntry> Entries(RepositoryReader reader);
}
