using AcademicBert.Quickstart.Documentation;

namespace AcademicBert.Samples;

/// <summary>Labelled files in GLUE's official layouts, made of the SDK's documentation: real sentences, with labels that follow from where they stand.</summary>
internal static class SampleFiles
{
    private const int TrainingRows = 1200;
    private const int DevRows = 400;
    private const int FewestWords = 5;

    /// <summary>The layout of SST-2: a sentence says what goes wrong (0) or what one gets (1).</summary>
    /// <returns>The folder of <c>train.tsv</c> and <c>dev.tsv</c>.</returns>
    public static string Sst2()
    {
        IReadOnlyList<DocumentedMember> members = SdkDocumentation.Read();
        var bad = members.SelectMany(member => member.Exceptions.Select(text => (member.Type, Text: text, Label: "0")));
        var good = members.Select(member => (member.Type, Text: member.Returns, Label: "1"));
        return Write("runs/samples/good-or-bad", "sentence\tlabel", [.. Choose(bad), .. Choose(good)], (row, _) => $"{row.Text}\t{row.Label}");
    }

    /// <summary>The layout of RTE: what a member is said to do, and what a member gives back: the same one (entailment), or one of another namespace (not_entailment).</summary>
    /// <returns>The folder of <c>train.tsv</c> and <c>dev.tsv</c>.</returns>
    public static string Rte()
    {
        DocumentedMember[] members = [.. SdkDocumentation.Read().Where(member => Words(member.Summary) >= FewestWords && Words(member.Returns) >= FewestWords).DistinctBy(member => member.Summary).DistinctBy(member => member.Returns)];
        new Random(1).Shuffle(members);
        // The second passage of a pair that does not belong together is that of the next member elsewhere, so that no passage gives the label away.
        var pairs = members.Select((member, i) => i % 2 == 0
            ? (member.Type, Text: $"{member.Passages[0]}\t{member.Returns}", Label: "entailment")
            : (member.Type, Text: $"{member.Passages[0]}\t{members.Skip(i).Concat(members).First(other => other.Family != member.Family && NamespaceTask.IsHeldOut(other.Type) == NamespaceTask.IsHeldOut(member.Type)).Returns}", Label: "not_entailment"));
        return Write("runs/samples/pairs", "index\tsentence1\tsentence2\tlabel", [.. Choose(pairs.Where(pair => pair.Label == "entailment")), .. Choose(pairs.Where(pair => pair.Label == "not_entailment"))],
            (row, index) => $"{index}\t{row.Text}\t{row.Label}");
    }

    /// <summary>Half of the rows of either file, of one label, in random order: dev rows are of types that neither training rows nor pretraining have seen.</summary>
    private static IEnumerable<(string Type, string Text, string Label)> Choose(IEnumerable<(string Type, string Text, string Label)> rows)
    {
        (string Type, string Text, string Label)[] all = [.. rows.Where(row => Words(row.Text) >= FewestWords).DistinctBy(row => row.Text)];
        new Random(1).Shuffle(all);
        return all.Where(row => !NamespaceTask.IsHeldOut(row.Type)).Take(TrainingRows / 2).Concat(all.Where(row => NamespaceTask.IsHeldOut(row.Type)).Take(DevRows / 2));
    }

    private static string Write(string folder, string header, (string Type, string Text, string Label)[] rows, Func<(string Type, string Text, string Label), int, string> line)
    {
        new Random(2).Shuffle(rows);
        Directory.CreateDirectory(folder);
        foreach (IGrouping<bool, (string, string, string)> part in rows.GroupBy(row => NamespaceTask.IsHeldOut(row.Type)))
            File.WriteAllLines(Path.Combine(folder, part.Key ? "dev.tsv" : "train.tsv"), part.Select(line).Prepend(header));
        return folder;
    }

    private static int Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length;
}
