using System.CommandLine;
using AcademicBert.Cli.Commands;
using AcademicBert.Distributed;
using Spectre.Console;

namespace AcademicBert.Cli;

/// <summary>The <c>academicbert</c> command line.</summary>
internal static class Application
{
    /// <summary>Runs a command line.</summary>
    /// <param name="arguments">The arguments.</param>
    /// <param name="console">Where progress and results go.</param>
    /// <param name="errors">Where error messages go, one line each.</param>
    /// <returns>An <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(string[] arguments, IAnsiConsole console, TextWriter errors)
    {
        var root = new RootCommand("Train BERT within a time budget.") { new PretrainCommand(console), new GlueCommand(console), new ExportCommand(console), new ReportCommand(console) };
        ParseResult parsed = root.Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            foreach (string message in parsed.Errors.Select(error => error.Message))
                await errors.WriteLineAsync(message);
            return ExitCode.Usage;
        }

        // Commands handle signals themselves: a run that is stopped finishes its step and writes a checkpoint first.
        var configuration = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
        try
        {
            return await parsed.InvokeAsync(configuration);
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException or InvalidDataException or IOException or FormatException or UnauthorizedAccessException or InvalidOperationException or RankFailedException)
        {
            await errors.WriteLineAsync(error.Message);
            return ExitCode.Failure;
        }
    }
}
