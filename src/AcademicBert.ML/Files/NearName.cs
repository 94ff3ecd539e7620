namespace AcademicBert.Files;

/// <summary>Finds what is meant by a name that there is not, for messages.</summary>
public static class NearName
{
    private const int MostSlips = 2;

    /// <summary>The name that differs in upper case, dashes, underscores and a slip or two, of which short names allow fewer; null: none does.</summary>
    /// <param name="wanted">The name that there is not.</param>
    /// <param name="names">Those there are.</param>
    public static string? Of(string wanted, IEnumerable<string> names)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        ArgumentNullException.ThrowIfNull(names);
        string plain = Plain(wanted);
        // Of a short name two slips leave nothing.
        return names.Select(name => (Name: name, Slips: Distance(Plain(name), plain))).Where(near => near.Slips <= MostSlips && near.Slips * 2 < plain.Length).OrderBy(near => near.Slips).FirstOrDefault().Name;
    }

    /// <summary>Whether two names differ in upper case, dashes and underscores at most.</summary>
    public static bool Same(string one, string other)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        return Plain(one) == Plain(other);
    }

    private static string Plain(string name) => name.Replace("-", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal).ToUpperInvariant();

    /// <summary>Characters to insert, leave out or replace (Levenshtein 1966).</summary>
    private static int Distance(string from, string to)
    {
        int[] row = [.. Enumerable.Range(0, to.Length + 1)];
        for (int i = 0; i < from.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i + 1;
            for (int j = 0; j < to.Length; j++)
                (diagonal, row[j + 1]) = (row[j + 1], Math.Min(Math.Min(row[j], row[j + 1]) + 1, diagonal + (from[i] == to[j] ? 0 : 1)));
        }

        return row[^1];
    }
}
