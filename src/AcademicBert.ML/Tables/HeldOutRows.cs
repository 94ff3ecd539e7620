namespace AcademicBert.Tables;

/// <summary>Which rows of a file are held out: a share of them, drawn by a seed, and of each class the same share to within a row.</summary>
internal static class HeldOutRows
{
    // 0.29 of 100 rows are 29.
    private const double Rounding = 1e-9;

    /// <summary>Draws them.</summary>
    /// <param name="classes">The class of each row; rows without classes are all of one.</param>
    /// <param name="share">Share to hold out, below 1.</param>
    /// <param name="seed">Seed of the draw.</param>
    /// <returns>
    /// Indices of rows: of a class its rows times the share, rounded down or up so that all together are the share of all rows. The places that rounding down
    /// leaves go to the largest remainders, of equal ones to classes that have none yet, then by lot; the last row of a class is never held out where there are several.
    /// </returns>
    public static IReadOnlySet<int> Draw(IReadOnlyList<string> classes, double share, ulong seed)
    {
        int[] order = [.. Enumerable.Range(0, classes.Count)];
        new Random(unchecked((int)seed)).Shuffle(order);
        int[][] groups = [.. order.GroupBy(row => classes[row]).Select(group => group.ToArray())]; // in an order that is drawn as well
        int[] held = [.. groups.Select(group => (int)(share * group.Length + Rounding))];
        int left = (int)Math.Round(share * classes.Count) - held.Sum();
        IEnumerable<int> next = Enumerable.Range(0, groups.Length)
            .Where(group => share * groups[group].Length - held[group] > Rounding && (groups.Length == 1 || held[group] + 1 < groups[group].Length))
            .OrderByDescending(group => Math.Round(share * groups[group].Length - held[group], 9)).ThenByDescending(group => held[group] == 0);
        foreach (int group in next.Take(left).ToArray())
            held[group]++;
        return groups.SelectMany((group, index) => group.Take(held[index])).ToHashSet();
    }
}
