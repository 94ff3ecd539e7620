using AcademicBert.Pretraining;
using AcademicBert.Training;

namespace AcademicBert.Tests.Pretraining;

[TestClass]
public sealed class ValidationPlanTests
{
    [TestMethod]
    public void IsDue_DayLongBudget_FallsEveryTenMinutesTo70AndThenEveryThirty()
    {
        var plan = new ValidationPlan();
        const double Day = 24 * 60;
        List<int> minutes = [.. Enumerable.Range(1, 240).Where(minute => plan.IsDue((minute - 1) / Day, minute / Day))];
        Assert.AreSequenceEqual([10, 20, 30, 40, 50, 60, 70, 90, 120, 150, 180, 210, 240], minutes);
    }

    [TestMethod]
    public void IsDue_StepsThatJumpOverSeveralMarks_AsksForOneValidation()
    {
        var plan = new ValidationPlan { Interval = 0.1, EarlyInterval = 0 };
        Assert.IsTrue(plan.IsDue(0.15, 0.45));
        Assert.IsFalse(plan.IsDue(0.41, 0.45));
    }

    [TestMethod]
    [DataRow(0, 0.01)]
    [DataRow(0.01, 0.02)]
    [DataRow(0.9, 1)]
    public void IsDue_NoIntervals_NeverComes(double before, double after) =>
        Assert.IsFalse(new ValidationPlan { Interval = 0, EarlyInterval = 0 }.IsDue(before, after));

    [TestMethod]
    [DataRow("40s", 4)]
    [DataRow("2m", 12)]
    [DataRow("10m", 49)]
    [DataRow("24m", 53)]
    [DataRow("24h", 53)]
    [DataRow("40 steps", 40)]
    public void For_ShortTime_HasFewerValidationsAndALongOneAsMany(string budget, int expected)
    {
        ValidationPlan plan = new ValidationPlan().For(TrainingBudget.Parse(budget));
        int marks = budget.EndsWith("steps", StringComparison.Ordinal) ? 40 : 14400;
        Assert.AreEqual(expected, Enumerable.Range(1, marks).Count(mark => plan.IsDue((mark - 1.0) / marks, (double)mark / marks)));
    }

    [TestMethod]
    public void For_NoIntervalsOrNoLeastTime_ChangesNothing()
    {
        foreach (ValidationPlan plan in (ValidationPlan[])[new() { Interval = 0, EarlyInterval = 0 }, new() { MinSeconds = 0 }])
            Assert.AreEqual(plan, plan.For(TrainingBudget.Parse("40s")));
    }

    public static IEnumerable<object[]> Refused =>
    [
        [new ValidationPlan { Interval = -0.1 }, "Interval is -0.1; it must be between 0 and 1"],
        [new ValidationPlan { Interval = 1.1 }, "Interval is 1.1; it must be between 0 and 1"],
        [new ValidationPlan { EarlyInterval = -0.1 }, "EarlyInterval is -0.1; it must be between 0 and 1"],
        [new ValidationPlan { EarlyInterval = 1.1 }, "EarlyInterval is 1.1; it must be between 0 and 1"],
        [new ValidationPlan { EarlyShare = -0.1 }, "EarlyShare is -0.1; it must be between 0 and 1"],
        [new ValidationPlan { EarlyShare = 1.1 }, "EarlyShare is 1.1; it must be between 0 and 1"],
        [new ValidationPlan { MinSeconds = -1 }, "MinSeconds is -1; it must be at least 0"],
        [new ValidationPlan { MaxSamples = -1 }, "MaxSamples is -1; it must be at least 0"],
    ];

    [TestMethod]
    [DynamicData(nameof(Refused))]
    public void Validate_OptionOutOfItsRange_IsRefusedByName(ValidationPlan plan, string message) =>
        Assert.StartsWith($"{nameof(ValidationPlan)}.{message}.", Assert.ThrowsExactly<ArgumentException>(plan.Validate).Message);

    [TestMethod]
    public void Validate_EndsOfTheRanges_AreAllowed()
    {
        new ValidationPlan { Interval = 0, EarlyInterval = 0, EarlyShare = 0 }.Validate();
        new ValidationPlan { Interval = 1, EarlyInterval = 1, EarlyShare = 1 }.Validate();
    }
}
