using System.CommandLine;
using AcademicBert.Cli.Display;
using AcademicBert.Sweeps;
using Spectre.Console;

namespace AcademicBert.Cli.Commands;

/// <summary><c>academicbert search replay</c>: a recorded search in; its table out, every decision made again from the recorded losses.</summary>
internal sealed class SearchReplayCommand : Command
{
    private readonly Argument<DirectoryInfo> _folder = new("folder") { Description = "The search folder." };

    public SearchReplayCommand(IAnsiConsole console)
        : base("replay", "Make the decisions of a recorded search again from its losses, and print its table. Writes nothing; fails where a decision differs.")
    {
        Add(_folder);
        SetAction(arguments =>
        {
            SearchHistory history = SearchJournal.Read(arguments.GetRequiredValue(_folder).FullName);
            var lines = new ConsoleLines(console);
            lines.Note(SearchTable.Of(history));
            lines.Note($"{history.Decisions.Count} decisions follow from the recorded losses.");
            return ExitCode.Success;
        });
    }
}
