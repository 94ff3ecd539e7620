using System.CommandLine;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using AcademicBert.Cli.Commands;

namespace AcademicBert.Cli.Display;

/// <summary>What went wrong, in one line.</summary>
internal static partial class ErrorText
{
    /// <summary>What a command line lacks, and where its options are listed.</summary>
    public static string Of(ParseResult parsed)
    {
        string command = string.Join(' ', Names(parsed.CommandResult).Reverse());
        // What follows belongs to a command that nobody knows.
        if (parsed.CommandResult.Command is RootCommand root && parsed.UnmatchedTokens is [var word, ..] && !NearOptions.IsName(word))
            return $"{NearOptions.RefusalOfCommand(root, word)} See '{command} --help'.";
        // Of a name that no option has, its value is unknown as well: the name says enough.
        string[] unknown = [.. parsed.UnmatchedTokens.Where(NearOptions.IsName)];
        IEnumerable<string> errors = unknown.Length == 0
            ? parsed.Errors.Select(error => Line(error.Message))
            : [.. unknown.Select(name => NearOptions.Refusal(parsed.CommandResult.Command, name)), .. parsed.Errors.Select(error => Line(error.Message)).Where(error => !parsed.UnmatchedTokens.Any(token => error.Contains($"'{token}'", StringComparison.Ordinal)))];
        return $"{string.Join(' ', errors)} See '{command} --help'.";
    }

    /// <summary>The message of what was thrown, with the flags of a command for the properties that the library names.</summary>
    public static string Of(Exception error, Command command)
    {
        Dictionary<string, string> flags = [];
        foreach (Option option in command.Options)
        {
            foreach (string property in (option as IPropertyOption)?.Properties ?? [])
                flags.TryAdd(property, option.Name);
        }

        return QualifiedName().Replace(Of(error), name => flags.GetValueOrDefault(name.Value, name.Value));
    }

    /// <summary>The message of what was thrown; for what nobody foresaw, its kind too.</summary>
    public static string Of(Exception error)
    {
        // What wraps others says nothing of its own.
        while (error is TypeInitializationException or TargetInvocationException or AggregateException && error.InnerException is { } inner)
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

    private static IEnumerable<string> Names(System.CommandLine.Parsing.SymbolResult? result)
    {
        for (; result is System.CommandLine.Parsing.CommandResult command; result = result.Parent)
            yield return command.Command is RootCommand ? "academicbert" : command.Command.Name;
    }
}
