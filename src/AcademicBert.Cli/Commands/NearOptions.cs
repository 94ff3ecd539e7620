using System.CommandLine;

namespace AcademicBert.Cli.Commands;

/// <summary>Finds the option or command that is meant by a name that none has.</summary>
internal static class NearOptions
{
    private const int MostSlips = 2;

    /// <summary>That there is no such option, and the one that may be meant.</summary>
    public static string Refusal(Command command, string name) =>
        $"There is no option {name}{(Nearest(command, name) is { } near ? $"; did you mean {near}?" : ".")}";

    /// <summary>That there is no such command, and the one that may be meant.</summary>
    public static string RefusalOfCommand(Command parent, string name) =>
        $"There is no command '{name}'{(Fewest(parent.Subcommands.Where(command => !command.Hidden).Select(command => command.Name), Plain(name)) is { } near ? $"; did you mean {near}?" : ".")}";

    /// <summary>Whether a text has the form of an option.</summary>
    public static bool IsName(string text) => text is ['-', '-' or (>= 'a' and <= 'z') or (>= 'A' and <= 'Z'), ..];

    /// <summary>The option whose name differs in upper case, dashes, a section left out or a slip or two; null: none does.</summary>
    public static string? Nearest(Command command, string name)
    {
        string wanted = Plain(name.Split('=', ':')[0]);
        string[] names = [.. command.Options.Where(option => !option.Hidden).Concat(OptionGroups.Inherited(command)).Select(option => option.Name)];
        return names.FirstOrDefault(candidate => Plain(candidate) == wanted)
            ?? names.FirstOrDefault(candidate => Plain(candidate[(candidate.LastIndexOf('.') + 1)..]) == wanted)
            ?? Fewest(names, wanted);
    }

    // Of a short name two slips leave nothing.
    private static string? Fewest(IEnumerable<string> names, string wanted) =>
        names.Select(candidate => (Name: candidate, Slips: Distance(Plain(candidate), wanted))).Where(near => near.Slips <= MostSlips && near.Slips * 2 < wanted.Length).OrderBy(near => near.Slips).FirstOrDefault().Name;

    private static string Plain(string name) => name.Replace("-", "", StringComparison.Ordinal).ToUpperInvariant();

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
