using System.IO.Hashing;
using System.Text;
using System.Text.RegularExpressions;
using AcademicBert.Corpus;

namespace AcademicBert.Quickstart.Documentation;

/// <summary>
/// Which namespace family does a summary describe? Rows are divided by type, so that overloads stay together, and the types of
/// validation and test rows are in no text that is trained on.
/// </summary>
internal sealed partial class NamespaceTask
{
    private const int Families = 10;
    private const int RowsOfOneType = 3;
    private const int FewestWords = 8;
    private static readonly Dictionary<Part, int> s_rowsOfFamily = new() { [Part.Training] = 40, [Part.Validation] = 30, [Part.Test] = 60 };

    // Thousands of generated summaries, one for each instruction of each processor: they teach nothing of English.
    private const string Generated = "System.Runtime.Intrinsics";

    private enum Part
    {
        Training,
        Validation,
        Test,
    }

    private NamespaceTask(IReadOnlyList<LabelledSummary> training, IReadOnlyList<LabelledSummary> validation, IReadOnlyList<LabelledSummary> test, IReadOnlyList<Document> documents)
    {
        (Training, Validation, Test, Documents) = (training, validation, test, documents);
    }

    /// <summary>Rows to fine-tune on.</summary>
    public IReadOnlyList<LabelledSummary> Training { get; }

    /// <summary>Rows to choose learning rates by.</summary>
    public IReadOnlyList<LabelledSummary> Validation { get; }

    /// <summary>Rows to compare with, seen by nothing before.</summary>
    public IReadOnlyList<LabelledSummary> Test { get; }

    /// <summary>Text to pretrain on: one document for each type that is not held out, no passage twice.</summary>
    public IReadOnlyList<Document> Documents { get; }

    /// <summary>Whether a type is one of validation and test rows, which pretraining does not see.</summary>
    public static bool IsHeldOut(string type) => PartOf(type) != Part.Training;

    /// <summary>Makes the task of all documented members.</summary>
    public static NamespaceTask Of(IReadOnlyList<DocumentedMember> members)
    {
        members = [.. members.Where(member => member.Namespace.Length > 0 && !member.Namespace.StartsWith(Generated, StringComparison.Ordinal))];
        Dictionary<Part, LabelledSummary[]> rows = Candidates(members)
            .GroupBy(candidate => (candidate.Part, candidate.Row.Label))
            .SelectMany(cell => cell.Take(s_rowsOfFamily[cell.Key.Part]))
            .OrderBy(candidate => Hash(candidate.Row.Text))
            .GroupBy(candidate => candidate.Part, candidate => candidate.Row).ToDictionary(part => part.Key, part => part.ToArray());
        return new NamespaceTask(rows[Part.Training], rows[Part.Validation], rows[Part.Test], CorpusOf(members));
    }

    /// <summary>Rows to choose from, in random order: of the families with most types, long enough, no text twice, and few of a type.</summary>
    private static IEnumerable<(LabelledSummary Row, Part Part)> Candidates(IReadOnlyList<DocumentedMember> members)
    {
        HashSet<string> families = [.. members.Where(member => member.Family.Contains('.')).DistinctBy(member => member.Type).CountBy(member => member.Family).OrderByDescending(family => family.Value).Take(Families).Select(family => family.Key)];
        var filter = new LeakFilter(families);
        return members.Where(member => families.Contains(member.Family))
            .Select(member => (member.Type, Row: new LabelledSummary { Text = filter.Apply(member), Label = member.Family }))
            .Where(candidate => Words().Count(candidate.Row.Text) >= FewestWords)
            .GroupBy(candidate => Normal(candidate.Row.Text)).Where(same => same.Select(candidate => candidate.Row.Label).Distinct().Count() == 1).Select(same => same.First())
            .OrderBy(candidate => Hash(candidate.Row.Text))
            .GroupBy(candidate => candidate.Type).SelectMany(type => type.Take(RowsOfOneType))
            .OrderBy(candidate => Hash(candidate.Row.Text))
            .Select(candidate => (candidate.Row, PartOf(candidate.Type)));
    }

    private static List<Document> CorpusOf(IReadOnlyList<DocumentedMember> members)
    {
        HashSet<string> seen = [.. members.Where(member => IsHeldOut(member.Type)).SelectMany(member => member.Passages).Select(Normal)];
        return
        [
            .. members.Where(member => !IsHeldOut(member.Type)).GroupBy(member => member.Type)
                .Select(type => new Document(type.Key, string.Join('\n', type.SelectMany(member => member.Passages).Where(passage => seen.Add(Normal(passage))))))
                .Where(document => document.Text.Length > 0),
        ];
    }

    private static Part PartOf(string type) => (Hash(type) % 10) switch
    {
        0 => Part.Validation,
        1 or 2 => Part.Test,
        _ => Part.Training,
    };

    private static ulong Hash(string text) => XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(text));

    private static string Normal(string text) => string.Join(' ', Words().Matches(text).Select(word => word.Value.ToLowerInvariant()));

    [GeneratedRegex(@"[\p{L}\p{Nd}]+")]
    private static partial Regex Words();
}
