using System.CommandLine;
using System.CommandLine.Parsing;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using AcademicBert.Cli.Commands;
using AcademicBert.Files;

namespace AcademicBert.Cli.Display;

/// <summary>What went wrong, in one line.</summary>
internal static partial class ErrorText
{
    /// <summary>What is wrong with a command line, and where its options are listed.</summary>
    public static string Of(ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;
        string[] unknown = [.. NearOptions.Unknown(parsed)];
        IEnumerable<string> errors =
            // What follows belongs to a command that nobody knows.
            command is RootCommand root && parsed.UnmatchedTokens is [var word, ..] && !NearOptions.IsName(word) ? [NearOptions.RefusalOfCommand(root, word)]
            // Anything else may come of it: what follows a name that no option has is taken for something else.
            : unknown.Length > 0 ? unknown.Select(name => NearOptions.Refusal(command, name))
            : parsed.Errors.Select(Of).Distinct();
        return $"{string.Join(' ', errors)} {WhereOptionsAre(parsed.CommandResult)}";
    }

    /// <summary>The sentence that leads to a command's options.</summary>
    public static string WhereOptionsAre(CommandResult command) => $"See '{string.Join(' ', Names(command).Reverse())} --help'.";

    private static string Of(ParseError error)
    {
        if (error.SymbolResult is ArgumentResult { Tokens.Count: 0, Parent: CommandResult } missing)
            return $"The argument {HelpText.Label(missing.Argument)} is missing.";
        if ((error.SymbolResult as OptionResult ?? error.SymbolResult?.Parent as OptionResult) is { Tokens: [.., var given] } named)
        {
            if (HelpText.Values(named.Option) is { Length: > 0 } values && !values.Contains(given.Value, StringComparer.OrdinalIgnoreCase))
                return $"{named.Option.Name} {given.Value}: it must be one of {string.Join(", ", values)}{(NearName.Of(given.Value, values) is { } near ? $"; did you mean {near}?" : ".")}";
            if (Kind(Nullable.GetUnderlyingType(named.Option.ValueType) ?? named.Option.ValueType) is { } kind)
                return $"{named.Option.Name} {given.Value}: it must be {kind}.";
        }

        string message = Line(error.Message);
        return message.EndsWith('.') ? message : message + ".";
    }

    private static string? Kind(Type type) => type == typeof(decimal) ? "a number" : type == typeof(TimeSpan) ? "a time, h:mm:ss" : null;

    /// <summary>The message of what was thrown, with the flags of a command for the properties that the library names.</summary>
    public static string Of(Exception error, CommandResult parsed) => WithFlags(Of(error), parsed);

    /// <summary>A message of the library with the flags of a command for the properties it names.</summary>
    public static string WithFlags(string message, CommandResult parsed)
    {
        Dictionary<string, string> flags = [];
        // What a model lacks may be an option of the command that made it.
        foreach (Option option in parsed.Command.Options.Concat(Commands(parsed).OrderByDescending(other => other is PretrainCommand).SelectMany(other => other.Options)))
        {
            foreach (string property in (option as IPropertyOption)?.Properties ?? [])
                flags.TryAdd(property, option.Name);
        }

        return QualifiedName().Replace(message, name => flags.GetValueOrDefault(name.Value) ?? OwnFlag(name.Value) ?? name.Value);

        // The command's options may be of another record than the one that refuses them.
        string? OwnFlag(string name) =>
            parsed.Command.Options.Where(option => (option as IPropertyOption)?.Properties.Any(property => property.EndsWith(name[name.IndexOf('.')..], StringComparison.Ordinal)) == true).ToArray() is [var only] ? only.Name : null;
    }

    /// <summary>The message of what was thrown; for what nobody foresaw, its kind too.</summary>
    public static string Of(Exception error)
    {
        // What wraps others says nothing of its own.
        while (error is UsageException or TypeInitializationException or TargetInvocationException or AggregateException && error.InnerException is { } inner)
            error = inner;
        return error switch
        {
            // libtorch puts its own stack under the message.
            ExternalException => Line(error.Message.Split('\n')[0]),
            OutOfMemoryException => "There is not enough memory; 'academicbert doctor' says how much there is.",
            OperationCanceledException => "Stopped.",
            NullReferenceException or IndexOutOfRangeException or InvalidCastException or KeyNotFoundException =>
                $"This is a defect of academicbert ({error.GetType().Name}: {Line(error.Message)}); --verbose prints where it happened.",
            // .NET adds the parameter, which the message names already.
            ArgumentException { ParamName: { } parameter } => Line(error.Message.Replace($" (Parameter '{parameter}')", "", StringComparison.Ordinal)),
            _ => Line(error.Message),
        };
    }

    [GeneratedRegex(@"(?<![\w/\\.-])[A-Z]\w*\.[A-Z]\w*")]
    private static partial Regex QualifiedName();

    private static string Line(string message) => string.Join(' ', message.Split((char[])['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

    private static IEnumerable<string> Names(SymbolResult? result)
    {
        for (; result is CommandResult command; result = result.Parent)
            yield return command.Command is RootCommand ? "academicbert" : command.Command.Name;
    }

    private static IEnumerable<Command> Commands(SymbolResult parsed) => parsed.Parent is { } parent ? Commands(parent) : ((CommandResult)parsed).Command.Subcommands;
}
