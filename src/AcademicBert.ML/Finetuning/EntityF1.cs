namespace AcademicBert.Finetuning;

/// <summary>The F1 of entities that labels of the form BIO mark: "B-x" begins an entity of kind x, "I-x" goes on with it, "O" is outside; CoNLL-2003's measure.</summary>
internal static class EntityF1
{
    private const string Outside = "O", Begin = "B-", Inside = "I-";

    /// <summary>Whether labels are of that form.</summary>
    public static bool Reads(IReadOnlyList<string> labels) => labels.All(label => label == Outside || Begins(label) || GoesOn(label)) && labels.Any(label => label != Outside);

    /// <summary>Twice the entities found over those expected and those predicted, counted over all rows; kind and both ends must be right. 0 where there are none at all.</summary>
    /// <param name="expected">Labels of the words of each row.</param>
    /// <param name="predicted">The same, as predicted.</param>
    public static double Of(IReadOnlyList<string[]> expected, IReadOnlyList<string[]> predicted)
    {
        int found = 0, all = 0;
        foreach ((string[] row, string[] prediction) in expected.Zip(predicted))
        {
            HashSet<(string, int, int)> wanted = [.. Entities(row)], given = [.. Entities(prediction)];
            all += wanted.Count + given.Count;
            found += wanted.Intersect(given).Count();
        }

        return all == 0 ? 0 : 2.0 * found / all;
    }

    /// <summary>The entities of a row: kind, first word, and the word after the last. "I-x" that follows no x begins one.</summary>
    public static IEnumerable<(string Kind, int Start, int End)> Entities(IReadOnlyList<string> labels)
    {
        for (int start = 0; start < labels.Count;)
        {
            int end = start + 1;
            if (labels[start] != Outside)
            {
                string kind = labels[start][Begin.Length..];
                while (end < labels.Count && labels[end] == Inside + kind)
                    end++;
                yield return (kind, start, end);
            }

            start = end;
        }
    }

    private static bool Begins(string label) => label.StartsWith(Begin, StringComparison.Ordinal);

    private static bool GoesOn(string label) => label.StartsWith(Inside, StringComparison.Ordinal);
}
