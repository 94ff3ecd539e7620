using System.Text.RegularExpressions;

namespace AcademicBert.Quickstart.Documentation;

/// <summary>Takes out of a summary what would name its namespace: the words of all families, of its own namespace, and its own names.</summary>
internal sealed partial class LeakFilter
{
    private readonly HashSet<string> _familyWords;

    /// <param name="families">The namespace families whose words are taken out of every text.</param>
    public LeakFilter(IEnumerable<string> families) => _familyWords = [.. families.SelectMany(Words)];

    /// <summary>The summary without words that give the answer away.</summary>
    public string Apply(DocumentedMember member)
    {
        string type = member.Type[(member.Type.LastIndexOf('.') + 1)..].Split('`')[0];
        HashSet<string> own = [.. Words(member.Namespace), member.Name.ToLowerInvariant(), type.ToLowerInvariant()];
        string kept = Word().Replace(member.Summary, word => _familyWords.Contains(word.Value.ToLowerInvariant()) || own.Contains(word.Value.ToLowerInvariant()) ? "" : word.Value);
        return Gaps().Replace(kept, " ").Trim();
    }

    /// <summary>The words of a namespace, whole and in parts, in singular and plural.</summary>
    private static IEnumerable<string> Words(string name) =>
        name.Split('.').SelectMany(part => DocumentationText.Words(part).Append(part)).Select(word => word.ToLowerInvariant())
            .SelectMany(word => word.EndsWith('s') ? [word, word[..^1]] : (string[])[word, word + "s"]);

    [GeneratedRegex(@"[\p{L}\p{Nd}]+")]
    private static partial Regex Word();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Gaps();
}
