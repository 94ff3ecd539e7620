using System.CommandLine;
using AcademicBert.Cli.Commands;
using AcademicBert.Pretraining;

namespace AcademicBert.Tests.Commands;

[TestClass]
public sealed class OptionFlagsTests
{
    [TestMethod]
    public void Given_BooleanFlagAlone_IsTrueAndTakesNoTextThatFollows()
    {
        OptionFlags<PretrainingRecipe> flags = RecipeFlags.Of("pretraining");
        var text = new Argument<string>("text");
        var command = new RootCommand { text };
        foreach (Option option in flags.Options)
            command.Add(option);
        Option[] booleans = [.. flags.Options.Where(option => option.HelpName == "true|false")];
        Assert.IsGreaterThan(5, booleans.Length);
        foreach (Option flag in booleans)
        {
            ParseResult alone = command.Parse([flag.Name, "a text"]), off = command.Parse([flag.Name, "false", "a text"]);
            Assert.IsEmpty(alone.Errors, flag.Name);
            Assert.AreEqual("a text", alone.GetValue(text));
            Assert.AreEqual((flag.Name[2..], "true"), flags.Given(alone).Single());
            Assert.AreEqual((flag.Name[2..], "false"), flags.Given(off).Single());
        }
    }
}
