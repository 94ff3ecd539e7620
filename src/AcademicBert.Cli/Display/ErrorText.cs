using System.CommandLine;
using System.Reflection;
using System.Runtime.InteropServices;

namespace AcademicBert.Cli.Display;

/// <summary>What went wrong, in one line.</summary>
internal static class ErrorText
{
    /// <summary>What a command line lacks, and where its options are listed.</summary>
    public static string Of(ParseResult parsed)
    {
        string command = string.Join(' ', Names(parsed.CommandResult).Reverse());
        return $"{string.Join(' ', parsed.Errors.Select(error => Line(error.Message)))} See '{command} --help'.";
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
            _ => Line(error.Message),
        };
    }

    private static string Line(string message) => string.Join(' ', message.Split((char[])['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

    private static IEnumerable<string> Names(System.CommandLine.Parsing.SymbolResult? result)
    {
        for (; result is System.CommandLine.Parsing.CommandResult command; result = result.Parent)
            yield return command.Command is RootCommand ? "academicbert" : command.Command.Name;
    }
}
