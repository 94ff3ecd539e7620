using AcademicBert.Pretraining;

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
    public void Validate_NegativeInterval_NamesTheOption() =>
        Assert.Contains("Interval", Assert.ThrowsExactly<ArgumentException>(() => new ValidationPlan { Interval = -1 }.Validate()).Message);
}
