using AcademicBert.Cli.Display;
using AcademicBert.Training;

namespace AcademicBert.Tests.Display;

[TestClass]
public sealed class OutcomeTextTests
{
    private static readonly ValidationScore s_score = new(4.2, 0.3, 20_000);

    [TestMethod]
    public void Of_LossThatHasRisen_SaysWhereItWasLowestAndHowOftenTheTextWasRead()
    {
        string line = Assert.ContainsSingle(OutcomeText.Of(s_score with { Loss = 9.23 }, (4.15, 55), passes: 312.4));
        Assert.Contains("lowest (4.15) after step 55", line);
        Assert.Contains("312 times", line);
    }

    [TestMethod]
    public void Of_FewHeldOutTokens_SaysSoAndNothingElse()
    {
        ValidationScore few = s_score with { MaskedTokens = 4, Loss = 9 };
        Assert.Contains("of 4 masked tokens only: too few to judge by. More text helps", Assert.ContainsSingle(OutcomeText.Of(few, (4.2, 10), 1)));
        Assert.Contains("A larger --validation.maxSamples", Assert.ContainsSingle(OutcomeText.Of(few, (4.2, 10), 1, measuresAll: false)));
    }

    [TestMethod]
    public void Of_LossThatFell_IsNothing()
    {
        Assert.IsEmpty(OutcomeText.Of(s_score, (4.2, 100), 3));
        Assert.IsEmpty(OutcomeText.Of(s_score, (4.18, 90), 3), "within what a validation moves by");
        Assert.IsEmpty(OutcomeText.Of(null, null, 3));
    }
}
