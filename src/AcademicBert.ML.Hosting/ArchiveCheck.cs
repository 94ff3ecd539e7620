using System.IO.Compression;
using System.Runtime.CompilerServices;
using Microsoft.ML;

namespace AcademicBert.ML.Hosting;

/// <summary>Refuses model files that expand out of all proportion, before anything is expanded. An entry never gives more bytes than it declares.</summary>
internal static class ArchiveCheck
{
    private const long SmallEntry = 64 << 20;

    // Weights shrink by some percent; deflate makes at most 1,032 bytes of one.
    private const long LargestExpansion = 200;

    /// <summary>Checks the entries of a part of a model file.</summary>
    /// <exception cref="InvalidDataException">An entry is a bomb; the message names it.</exception>
    public static void RefuseBombs(ModelLoadContext context)
    {
        foreach ((string path, ZipArchiveEntry entry) in Entries(context.Repository))
            if (path.StartsWith(context.Directory, StringComparison.Ordinal) && entry.Length > SmallEntry && entry.Length / LargestExpansion > entry.CompressedLength)
                throw new InvalidDataException($"The model's entry '{path}' would expand from {entry.CompressedLength} bytes to {entry.Length}: the file is damaged or made to do harm.");
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_entries")]
    private static extern ref Dictionary<string, ZipArchiveEntry> Entries(RepositoryReader reader);
}
