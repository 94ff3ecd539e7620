using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Help;
using AcademicBert.Cli.Commands;

namespace AcademicBert.Cli.Display;

/// <summary>What a command does and takes, its options in groups.</summary>
internal static class HelpText
{
    private const int NameWidth = 32, NarrowestText = 30;

    /// <summary>The lines.</summary>
    /// <param name="command">The command.</param>
    /// <param name="width">The longest line where no word is longer.</param>
    public static IEnumerable<string> Of(Command command, int width)
    {
        yield return command.Description ?? "";
        yield return "";
        yield return "Usage:";
        foreach (string line in Wrapped(Usage(command), width - 4))
            yield return $"  {line}";
        foreach (string line in Section("Arguments", command.Arguments.Select(argument => (Label(argument), argument.Description)), width))
            yield return line;
        IReadOnlyList<(string Title, IReadOnlyList<Option> Options)> groups = OptionGroups.Of(command);
        foreach ((string title, IReadOnlyList<Option> options) in groups)
        {
            foreach (string line in Section(title, options.Concat(title == OptionGroups.First ? OptionGroups.Inherited(command) : []).Select(option => (Label(option), (string?)Text(option))), width))
                yield return line;
        }

        foreach (string line in Section("Commands", command.Subcommands.Select(below => (string.Join(' ', below.Arguments.Select(Label).Prepend(below.Name)), (string?)below.Description)), width))
            yield return line;
    }

    private static string Usage(Command command) => string.Join(' ',
    [
        .. Ancestors(command).Reverse().Select(ancestor => ancestor is RootCommand ? "academicbert" : ancestor.Name),
        .. command.Arguments.Select(argument => argument.Arity.MinimumNumberOfValues == 0 ? $"[{Label(argument)}]" : Label(argument)),
        .. command.Options.Where(option => option.Required).Select(option => $"{option.Name} <{Value(option)}>"),
        .. command.Subcommands.Count > 0 ? ["[command]"] : Array.Empty<string>(),
        "[options]",
    ]);

    private static IEnumerable<Command> Ancestors(Command command) => command.Parents.OfType<Command>().SelectMany(Ancestors).Prepend(command);

    /// <summary>An argument as usage shows it.</summary>
    public static string Label(Argument argument) => $"<{argument.Name}>{(argument.Arity.MaximumNumberOfValues > 1 ? "..." : "")}";

    private static string Label(Option option) =>
        string.Join(", ", option.Aliases.Where(alias => !alias.StartsWith('/')).Append(option.Name).Distinct().OrderBy(name => name.Length)) + (Value(option) is { } value ? $" <{value}>" : "");

    /// <summary>What follows the name; null: nothing.</summary>
    private static string? Value(Option option)
    {
        if (option.HelpName is { } named)
            return named;
        if (option.ValueType == typeof(bool) || option is HelpOption or VersionOption)
            return null;
        return Values(option) is { Length: > 0 } values ? string.Join('|', values) : option.Name.TrimStart('-');
    }

    /// <summary>What may follow an option; none: it is not from a list.</summary>
    public static string[] Values(Option option) => [.. option.GetCompletions(CompletionContext.Empty).Select(completion => completion.Label)];

    private static string Text(Option option) => string.Join(' ',
        ((string?[])[option.Description, option.Required ? "Required." : null, option is IPropertyOption || !option.HasDefaultValue || option.ValueType == typeof(bool) ? null : $"[{option.GetDefaultValue()}]"]).Where(part => part is not null));

    private static IEnumerable<string> Section(string title, IEnumerable<(string Label, string? Text)> rows, int width)
    {
        bool any = false;
        foreach ((string label, string? text) in rows)
        {
            if (!any)
            {
                yield return "";
                yield return $"{title}:";
            }

            any = true;
            // A long name has a line of its own, so that it moves no other text.
            string left = $"  {label}";
            if (left.Length + 2 > NameWidth)
            {
                yield return left;
                left = "";
            }

            foreach (string line in Wrapped(text ?? "", Math.Max(width - NameWidth, NarrowestText)))
            {
                yield return (left.PadRight(NameWidth) + line).TrimEnd();
                left = "";
            }
        }
    }

    private static IEnumerable<string> Wrapped(string text, int width)
    {
        string line = "";
        foreach (string word in text.Split(' '))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                yield return line;
                line = "";
            }

            line += line.Length > 0 ? $" {word}" : word;
        }

        yield return line;
    }
}
