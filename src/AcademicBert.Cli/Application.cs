using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using AcademicBert.Cli.Commands;
using AcademicBert.Cli.Display;
using AcademicBert.Finetuning;
using AcademicBert.Tables;
using Spectre.Console;

namespace AcademicBert.Cli;

/// <summary>The <c>academicbert</c> command line.</summary>
internal static class Application
{
    private const string HelpCommand = "help", HelpFlag = "--help";

    // Options whose value a model may refuse, which shows once it is read.
    private static readonly string[] s_ofTheModel = [nameof(PredictionOptions.MaxLength), nameof(PredictionOptions.SecondText), nameof(PredictionOptions.AllScores), nameof(FinetuningOptions.FrozenLayers)];

    private static readonly Option<bool> s_verbose = new("--verbose") { Description = "Print where an error comes from.", Recursive = true };

    /// <summary>Runs a command line.</summary>
    /// <param name="arguments">The arguments.</param>
    /// <param name="console">Where progress and results go.</param>
    /// <param name="errors">Where error messages go, one line each.</param>
    /// <returns>An <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(string[] arguments, IAnsiConsole console, TextWriter errors)
    {
        ParseResult? parsed = null;
        try
        {
            parsed = Root(console).Parse(arguments is [HelpCommand, .. var command] ? [.. command, HelpFlag] : arguments);
            // Help and completion have actions of their own, also where arguments are missing.
            if (parsed.Action is ParseErrorAction || (arguments is [HelpCommand, ..] && parsed.UnmatchedTokens.Count > 0))
            {
                await errors.WriteLineAsync(ErrorText.Of(parsed));
                return ExitCode.Usage;
            }

            // Commands handle signals themselves: a run that is stopped finishes its step and writes a checkpoint first.
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (Exception error)
        {
            bool usage = error is UsageException || (error is ArgumentException { ParamName: { } option } && s_ofTheModel.Contains(option));
            await errors.WriteLineAsync(parsed is null ? ErrorText.Of(error) : ErrorText.Of(error, parsed.CommandResult) + (usage ? $" {ErrorText.WhereOptionsAre(parsed.CommandResult)}" : ""));
            if (arguments.Contains(s_verbose.Name))
                await errors.WriteLineAsync(error.ToString());
            return usage ? ExitCode.Usage : ExitCode.Failure;
        }
    }

    /// <summary>All commands.</summary>
    internal static RootCommand Root(IAnsiConsole console)
    {
        var root = new RootCommand("Train BERT within a time budget.")
        {
            new DoctorCommand(console),
            new VocabCommand(console),
            new PrepareCommand(console),
            new PretrainCommand(console),
            new SearchCommand(console),
            new FinetuneCommand(console),
            new GlueCommand(console),
            new PredictCommand(console),
            new EvaluateCommand(console),
            new EmbedCommand(console),
            new ExportCommand(console),
            new ReportCommand(console),
        };
        root.Add(s_verbose);
        root.Options.OfType<HelpOption>().Single().Action = new HelpLines(console);
        root.SetAction(_ => FirstSteps.Write(console));
        foreach ((_, Command command) in Commands(root))
        {
            foreach (Argument argument in command.Arguments)
                argument.Validators.Add(found => Refuse(found, found.Tokens));
            foreach (Option option in command.Options)
                option.Validators.Add(found => Refuse(found, found.Tokens));
        }

        return root;
    }

    /// <summary>Every command below one, and those below it, with what is typed for it.</summary>
    internal static IEnumerable<(string Name, Command Command)> Commands(Command parent) => parent.Subcommands.SelectMany(
        command => Commands(command).Select(below => ($"{command.Name} {below.Name}", below.Command)).Prepend((command.Name, command)));

    private sealed class HelpLines(IAnsiConsole console) : SynchronousCommandLineAction
    {
        // Wider lines are hard to read.
        private const int Widest = 110;

        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            foreach (string line in HelpText.Of(parseResult.CommandResult.Command, Math.Min(console.Profile.Width, Widest)))
                parseResult.InvocationConfiguration.Output.WriteLine(line);
            return ExitCode.Success;
        }
    }

    // An option there is not would be taken for an argument, or for the value of the option before it; ErrorText names it before anything else.
    private static void Refuse(SymbolResult taken, IEnumerable<Token> tokens)
    {
        foreach (Token token in tokens.Where(token => NearOptions.IsName(token.Value)))
            taken.AddError($"There is no option {token.Value}.");
    }
}
