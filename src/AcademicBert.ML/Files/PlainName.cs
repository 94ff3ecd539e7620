using System.Text;

namespace AcademicBert.Files;

/// <summary>Names of files that a file speaks of.</summary>
internal static class PlainName
{
    private const int LongestBytes = 255;

    /// <summary>Whether a name is one of a file in the same folder, and leads nowhere else on any system.</summary>
    public static bool Is(string? name) =>
        !string.IsNullOrEmpty(name) && name != "." && !name.Contains("..", StringComparison.Ordinal) && name.IndexOfAny(['/', '\\', ':', '\0']) < 0 && Encoding.UTF8.GetByteCount(name) <= LongestBytes;
}
