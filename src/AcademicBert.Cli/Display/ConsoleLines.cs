using Spectre.Console;

namespace AcademicBert.Cli.Display;

/// <summary>Writes lines; to a file or a pipe without breaking them at a width.</summary>
internal sealed class ConsoleLines(IAnsiConsole console)
{
    /// <summary>Writes a line, or a text of several.</summary>
    public void Note(string line)
    {
        if (console.Profile.Capabilities.Interactive)
            console.WriteLine(line);
        else
            console.Profile.Out.Writer.WriteLine(line);
    }
}
