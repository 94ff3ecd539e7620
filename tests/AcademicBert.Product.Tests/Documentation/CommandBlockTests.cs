using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using AcademicBert.Cli;
using Spectre.Console;

namespace AcademicBert.Tests.Documentation;

/// <summary>Commands in blocks of code are read by the program's own parser, so that no page names an option or command that is not there.</summary>
[TestClass]
public sealed partial class CommandBlockTests
{
    public static IEnumerable<object[]> Pages => MarkdownPage.All.Where(page => Commands(page).Any()).Select(page => new object[] { page.Name });

    [TestMethod]
    [DynamicData(nameof(Pages))]
    public void Commands_OfAPage_AreUnderstood(string page)
    {
        foreach ((string command, int line) in Commands(MarkdownPage.Of(page.Split('/'))))
            Assert.AreEqual("", Errors(command), $"{page}({line}): {command}");
    }

    [TestMethod]
    public void Commands_ThatAreNot_AreFound()
    {
        Assert.Contains("--bugdet", Errors("pretrain articles/ --run runs/first --bugdet 2h"));
        Assert.Contains("pretend", Errors("pretend articles/"));
        Assert.Contains("--run", Errors("pretrain articles/"));
    }

    [TestMethod]
    public void Commands_OfTheDocumentation_AreMany() => Assert.IsGreaterThan(20, MarkdownPage.All.Sum(page => Commands(page).Count()));

    // A block without a language, or of a shell: what follows the program's name on a line, up to a comment. Dots stand for what was shown before.
    private static IEnumerable<(string Command, int Line)> Commands(MarkdownPage page) =>
        from block in page.Blocks
        where block.Language is "" or "sh" or "bash"
        from line in block.Text.Split('\n').Select((text, i) => (Text: text, Number: block.Line + i))
        let found = Command().Match(line.Text)
        where found.Success && !found.Groups[1].Value.EndsWith("...", StringComparison.Ordinal)
        select (found.Groups[1].Value, line.Number);

    private static string Errors(string command) =>
        string.Join('\n', Application.Root(AnsiConsole.Console).Parse([.. CommandLineParser.SplitCommandLine(command)]).Errors.Select(error => error.Message).Where(message => !NeedsFiles(message)));

    // What the command line cannot know here: whether the reader's files are there.
    private static bool NeedsFiles(string message) => message.StartsWith("There is no ", StringComparison.Ordinal) && !message.StartsWith("There is no option ", StringComparison.Ordinal);

    [GeneratedRegex(@"(?:^|\s)(?:academicbert|--project src/AcademicBert\.Cli --) ([^#]*[^#\s])")]
    private static partial Regex Command();
}
