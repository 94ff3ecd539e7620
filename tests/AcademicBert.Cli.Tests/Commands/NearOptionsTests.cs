using System.CommandLine;
using AcademicBert.Cli;
using AcademicBert.Cli.Commands;
using Spectre.Console;

namespace AcademicBert.Tests.Commands;

[TestClass]
public sealed class NearOptionsTests
{
    private static readonly Command s_pretrain = Application.Root(AnsiConsole.Console).Subcommands.Single(command => command.Name == "pretrain");

    [TestMethod]
    [DataRow("--batch-size", "--batchSize")]
    [DataRow("--batchsize", "--batchSize")]
    [DataRow("--batchsize=8", "--batchSize")]
    [DataRow("--BATCH-SIZE", "--batchSize")]
    [DataRow("--batchSzie", "--batchSize")]
    [DataRow("--hidden-size", "--model.hiddenSize")]
    [DataRow("--verbos", "--verbose")]
    [DataRow("--dry-run", "--dryRun")]
    [DataRow("--learningRate", "--schedule.peak")]
    [DataRow("--lr", "--schedule.peak")]
    [DataRow("--epochs", "--budget")]
    [DataRow("--max-seq-length", "--corpus.sequenceLength")]
    [DataRow("--vocab-size", "--vocabulary.size")]
    [DataRow("--output-dir", "--run")]
    [DataRow("--per_device_train_batch_size", "--batchSize")]
    [DataRow("--mlm_probability", "--masking.maskRate")]
    [DataRow("--spikes.zScore", "--spikes")]
    [DataRow("--fp16", "--precision")]
    [DataRow("--training.budget", "--budget")]
    [DataRow("--noSuchOption", null)]
    [DataRow("--", null)]
    public void Nearest_Name_IsTheOptionThatIsMeantOrNone(string name, string? expected) => Assert.AreEqual(expected, NearOptions.Nearest(s_pretrain, name));

    [TestMethod]
    public void Nearest_NameOfOtherPrograms_IsAnOptionOfSomeCommandForEach()
    {
        string[] names = [.. Application.Commands(Application.Root(AnsiConsole.Console)).SelectMany(command => command.Command.Options).Select(option => option.Name).Distinct()];
        foreach ((_, string[] here) in NearOptions.Translations)
            Assert.IsEmpty(here.Except(names));
    }

    [TestMethod]
    [DataRow("train", "There is no command 'train'; did you mean pretrain or finetune?")]
    [DataRow("sweep", "There is no command 'sweep'; did you mean search?")]
    [DataRow("fintune", "There is no command 'fintune'; did you mean finetune?")]
    [DataRow("xyz", "There is no command 'xyz'.")]
    public void RefusalOfCommand_Name_NamesTheCommandThatIsMeant(string name, string expected) => Assert.AreEqual(expected, NearOptions.RefusalOfCommand(Application.Root(AnsiConsole.Console), name));

    [TestMethod]
    [DataRow("--run", true)]
    [DataRow("-o", true)]
    [DataRow("-1", false)]
    [DataRow("-", false)]
    [DataRow("text", false)]
    [DataRow("--not a fine film", false)]
    public void IsName_Text_IsOneThatBeginsWithADashAndALetter(string text, bool expected) => Assert.AreEqual(expected, NearOptions.IsName(text));
}
