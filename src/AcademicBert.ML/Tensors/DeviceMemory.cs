using System.Runtime.InteropServices;

namespace AcademicBert.Tensors;

/// <summary>Errors of memory that is used up.</summary>
internal static class DeviceMemory
{
    // libtorch has no code for it: the words of its allocators for GPUs and for the host.
    private static readonly string[] s_words = ["out of memory", "can't allocate memory"];

    /// <summary>Whether an error says that the host or the device has no memory left.</summary>
    public static bool IsExhausted(Exception error) =>
        error is OutOfMemoryException || (error is ExternalException && s_words.Any(words => error.Message.Contains(words, StringComparison.OrdinalIgnoreCase)));
}
