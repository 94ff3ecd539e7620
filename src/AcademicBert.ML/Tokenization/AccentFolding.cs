using System.Globalization;
using System.Text;

namespace AcademicBert.Tokenization;

/// <summary>
/// Strips accents: canonical decomposition (NFD) without nonspacing marks. The table is our own, because
/// <see cref="string.Normalize()"/> does nothing under invariant globalization.
/// </summary>
internal static class AccentFolding
{
    private const int HangulFirst = 0xAC00, HangulLast = 0xD7A3, HangulMedials = 21, HangulFinals = 28;

    private static readonly Dictionary<int, string> s_folded = Load();

    /// <summary>What a character becomes; false when it stays as it is. Nonspacing marks become the empty string.</summary>
    public static bool TryFold(Rune rune, out string folded)
    {
        int code = rune.Value;
        if (code is >= HangulFirst and <= HangulLast)
        {
            folded = DecomposeHangul(code - HangulFirst);
            return true;
        }
        if (s_folded.TryGetValue(code, out string? found))
        {
            folded = found;
            return true;
        }
        folded = "";
        return Rune.GetUnicodeCategory(rune) == UnicodeCategory.NonSpacingMark;
    }

    private static string DecomposeHangul(int index)
    {
        char initial = (char)(0x1100 + index / (HangulMedials * HangulFinals));
        char medial = (char)(0x1161 + index / HangulFinals % HangulMedials);
        int final = index % HangulFinals;
        return final == 0 ? $"{initial}{medial}" : $"{initial}{medial}{(char)(0x11A7 + final)}";
    }

    private static Dictionary<int, string> Load()
    {
        using Stream stream = typeof(AccentFolding).Assembly.GetManifestResourceStream("AcademicBert.Tokenization.AccentFolding.txt")!;
        using var reader = new StreamReader(stream, Encoding.ASCII);
        var folded = new Dictionary<int, string>(2100);
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#'))
                continue;
            string[] sides = line.Split(" = ");
            string result = string.Concat(CodePoints(sides[0]).Select(char.ConvertFromUtf32));
            foreach (int code in CodePoints(sides[1]))
                folded.Add(code, result);
        }
        return folded;

        static IEnumerable<int> CodePoints(string side) => side.Split(' ').Select(hex => int.Parse(hex, NumberStyles.HexNumber, CultureInfo.InvariantCulture));
    }
}
