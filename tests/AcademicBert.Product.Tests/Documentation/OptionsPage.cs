using System.CommandLine;
using System.Text;
using AcademicBert.Cli;
using AcademicBert.Cli.Commands;
using Spectre.Console;

namespace AcademicBert.Tests.Documentation;

/// <summary>The reference of options, from the commands themselves.</summary>
internal static class OptionsPage
{
    /// <summary>The page.</summary>
    public static string Write()
    {
        var page = new StringBuilder("""
            # Options

            Every option of every [command](commands.md), as `--help` lists them: what a first run needs, then a group for each section, with the default in brackets. Options of a section have its name before the dot; the files
            that `--recipe` and `--options` read hold them by the same names. Lists are given with commas, sections that are null by default as JSON.
            <!-- Made by the tests: ACADEMICBERT_WRITE_DOCUMENTATION=1 dotnet test -c Release tests/AcademicBert.Product.Tests --filter OptionsPage -->


            """.ReplaceLineEndings("\n"));
        foreach ((string path, Command command) in Application.Commands(Application.Root(AnsiConsole.Console)))
        {
            page.Append($"## {path}\n\n{command.Description}\n\n| | |\n|---|---|\n");
            foreach (Argument argument in command.Arguments)
                Row(argument.Name, null, argument.Description);
            foreach ((string title, IReadOnlyList<Option> options) in OptionGroups.Of(command))
            {
                if (title != OptionGroups.First)
                    page.Append($"\n**{title}**\n\n| | |\n|---|---|\n");
                foreach (Option option in options)
                    Row(option.Name, option.HelpName, option.Description + (option.Required ? " Required." : ""));
            }

            page.Append('\n');
        }

        return page.ToString().TrimEnd('\n') + "\n";

        void Row(string name, string? values, string? description)
        {
            string shown = values?.Contains('|', StringComparison.Ordinal) == true ? $" Values: {values.Replace("|", ", ", StringComparison.Ordinal)}." : "";
            // The number of processors is the machine's.
            string text = (description ?? "").Replace($"[{Environment.ProcessorCount}]", name.EndsWith("threads", StringComparison.Ordinal) ? "[all processors]" : $"[{Environment.ProcessorCount}]", StringComparison.Ordinal);
            page.Append($"| `{name}` | {(text + shown).Replace("|", "\\|", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal)} |\n");
        }
    }
}
