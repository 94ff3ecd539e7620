using System.CommandLine;
using System.Reflection;
using AcademicBert.Cli;
using AcademicBert.Cli.Commands;
using Spectre.Console;

namespace AcademicBert.Tests.Documentation;

[TestClass]
public sealed class CommandsPageTests
{
    private static readonly MarkdownPage s_page = MarkdownPage.Of("docs", "commands.md");

    [TestMethod]
    public void Commands_OfTheProgram_AreThoseOfThePage()
    {
        string[] documented = [.. s_page.Rows.Select(row => row[0]).Where(cell => cell.StartsWith('`') && cell != "`academicbert`").Select(cell => cell.Trim('`').Split(' ')[0])];
        Assert.AreSequenceEqual(Application.Root(AnsiConsole.Console).Subcommands.Select(command => command.Name).Order(), documented.Order());
    }

    [TestMethod]
    public void ExitCodes_OfTheProgram_AreThoseOfThePage()
    {
        int[] codes = [.. typeof(ExitCode).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (int)field.GetRawConstantValue()!).Order()];
        Assert.AreSequenceEqual(codes, s_page.Rows.Select(row => int.TryParse(row[0], out int code) ? code : -1).Where(code => code >= 0).Order());
    }
}
