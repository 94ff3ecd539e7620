using System.CommandLine;
using AcademicBert.Cli;
using AcademicBert.Cli.Commands;
using AcademicBert.Cli.Display;
using Spectre.Console;

namespace AcademicBert.Tests.Display;

[TestClass]
public sealed class HelpTextTests
{
    private const int Width = 90;

    private static readonly RootCommand s_root = Application.Root(AnsiConsole.Console);

    public static IEnumerable<object[]> Names => Application.Commands(s_root).Select(command => new object[] { command.Name });

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Of_AnyCommand_NamesEachOptionAndArgumentOnceWithItsDescription(string name)
    {
        Command command = Find(name);
        string[] lines = [.. HelpText.Of(command, Width)];
        string all = string.Join(' ', string.Join(' ', lines).Split(' ', StringSplitOptions.RemoveEmptyEntries));
        string[] named = [.. lines.Where(line => line.StartsWith("  -", StringComparison.Ordinal)).Select(line => line.Trim().Split("  ")[0].Split(" <")[0].Split(", ")[^1])];
        string[] expected = [.. command.Options.Where(option => !option.Hidden).Select(option => option.Name), "--help", "--verbose"];
        Assert.AreSequenceEqual(expected.Order(), named.Order());
        foreach (Symbol symbol in (IEnumerable<Symbol>)[.. command.Options.Where(option => !option.Hidden), .. command.Arguments])
            Assert.Contains(string.Join(' ', symbol.Description!.Split(' ', StringSplitOptions.RemoveEmptyEntries)), all, symbol.Name);
        Assert.IsEmpty(lines.Where(line => line.Length > Width && line.Trim().Contains("  ", StringComparison.Ordinal)));
    }

    [TestMethod]
    [DataRow("pretrain", 18, "--corpus.heldOutFraction", "--text.layout", "--run", "--vocab", "--recipe", "--from", "--budget", "--batchSize", "--schedule.peak", "--device")]
    [DataRow("finetune", 17, "--data", "--run", "--text", "--label", "--learningRate", "--epochs", "--batchSize", "--device")]
    [DataRow("search", 18, "--run", "--space", "--budget", "--batchSize", "--schedule.peak")]
    [DataRow("glue", 13, "--data", "--run", "--tasks")]
    public void OptionGroups_LongList_BeginsWithTheFewThatAFirstRunNeeds(string name, int most, params string[] needed)
    {
        IReadOnlyList<(string Title, IReadOnlyList<Option> Options)> groups = OptionGroups.Of(Find(name));
        Assert.AreEqual(OptionGroups.First, groups[0].Title);
        Assert.IsLessThanOrEqualTo(most, groups[0].Options.Count);
        foreach (string option in needed)
            Assert.Contains(option, groups[0].Options.Select(option => option.Name));
        Assert.IsGreaterThan(2, groups.Count);
    }

    [TestMethod]
    public void OptionGroups_Pretrain_FollowTheSectionsOfTheRecipe() => Assert.AreSequenceEqual(
        ["Options", "Model", "Schedule", "Optimizer", "Masking", "Validation", "Checkpoints and ends", "Devices and ranks", "Corpus", "Vocabulary", "Text"],
        OptionGroups.Of(Find("pretrain")).Select(group => group.Title));

    [TestMethod]
    public async Task Help_OfACommand_IsThatAndNeedsNoArguments()
    {
        using var line = new CommandLine();
        await line.Succeed("pretrain", "--help");
        Assert.Contains("academicbert pretrain <input>... --run <run> [options]", line.Output);
        Assert.Contains("\nDevices and ranks:", line.Output.ReplaceLineEndings("\n"));
        await line.Succeed("--help");
        Assert.Contains("\nCommands:", line.Output.ReplaceLineEndings("\n"));
    }

    private static Command Find(string name) => Application.Commands(s_root).First(command => command.Name == name).Command;
}
