using System.CommandLine;
using AcademicBert.Cli.Display;
using AcademicBert.Reports;
using Spectre.Console;

namespace AcademicBert.Cli.Commands;

/// <summary><c>academicbert report</c>: run folders in; a page, tables and figures out.</summary>
internal sealed class ReportCommand : Command
{
    private const string DefaultOutput = "report";

    private readonly Argument<DirectoryInfo[]> _folders = new("folders") { Description = "Folders of runs of pretraining and fine-tuning, searches, GLUE runs and step benchmarks, in any order, or folders of such folders.", Arity = ArgumentArity.OneOrMore };
    private readonly Option<DirectoryInfo?> _output = new("--out", "-o") { Description = $"The folder to write to. Default: the folder itself; of several, {DefaultOutput}/ here." };

    public ReportCommand(IAnsiConsole console)
        : base("report", "Write a page, tables and figures about runs.")
    {
        Add(_folders);
        Add(_output);
        SetAction(arguments => Run(arguments, new ConsoleLines(console)));
    }

    private int Run(ParseResult arguments, ConsoleLines lines)
    {
        string[] folders = [.. arguments.GetRequiredValue(_folders).Select(folder => folder.FullName)];
        string output = arguments.GetValue(_output)?.FullName ?? (folders is [var only] ? only : Path.GetFullPath(DefaultOutput));
        if (!folders.Contains(output))
            OutputPlace.RequireFolder(output);
        foreach (string file in Report.Write(folders, output, lines.Note))
            lines.Note($"Wrote {file}");
        if (!Report.HasFont)
            lines.Note("This machine has no font, so that figures have no text. Install one (Debian: fonts-dejavu-core), or make the report elsewhere from the same folders.");
        return ExitCode.Success;
    }
}
