using AcademicBert.Modeling;
using AcademicBert.Pretraining;
using AcademicBert.Training;

namespace AcademicBert.Tests.Pretraining;

[TestClass]
public sealed class LongStepsTests
{
    private static readonly PretrainingOptions s_options = new() { BatchSize = 64, Budget = TrainingBudget.Time(TimeSpan.FromMinutes(10)) };

    private static readonly double s_stepFlops = ModelFlops.OfTraining(s_options.Model, 64 * 128, 64 * 128 * 128, (long)(64 * 128 * s_options.Masking.MaskRate));

    [TestMethod]
    public void Note_StepOfTenSecondsAtThePeak_SaysSoAndHowManyTheBudgetHas()
    {
        string note = LongSteps.Note(s_options, 128, s_stepFlops / 10)!;
        Assert.Contains("A step of PretrainingOptions.BatchSize 64 takes at least 10 s", note);
        Assert.Contains("no more than 60 of them", note);
        Assert.Contains("nano-quickstart", note);
    }

    [TestMethod]
    public void Note_BudgetOfSteps_CountsNone() => Assert.DoesNotContain("of them", LongSteps.Note(s_options with { Budget = TrainingBudget.Steps(10) }, 128, s_stepFlops / 10)!);

    [TestMethod]
    public void Note_ShortSteps_IsNone() => Assert.IsNull(LongSteps.Note(s_options, 128, s_stepFlops));
}
