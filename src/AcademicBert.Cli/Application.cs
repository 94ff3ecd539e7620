using System.CommandLine;
using AcademicBert.Cli.Commands;
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
        var root = new RootCommand("Train BERT within a time budget.") { new PretrainCommand(console) };
        ParseResult parsed = root.Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            foreach (string message in parsed.Errors.Select(error => error.Message))
                await errors.WriteLineAsync(message);
            return ExitCode.Usage;
        }

        // A run that is stopped writes a checkpoint first, which may take longer than the framework's two seconds.
        var configuration = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeSpan.FromMinutes(5) };
        try
        {
            return await parsed.InvokeAsync(configuration);
        }
        catch (OperationCanceledException)
        {
            await errors.WriteLineAsync("Stopped. The same command continues the run.");
            return ExitCode.Stopped;
        }
        catch (Exception error) when (error is ArgumentException or InvalidDataException or IOException or FormatException or UnauthorizedAccessException or InvalidOperationException)
        {
            await errors.WriteLineAsync(error.Message);
            return ExitCode.Failure;
        }
    }
}
