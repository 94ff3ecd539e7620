using AcademicBert.Training;

namespace AcademicBert.Tests.Training;

[TestClass]
public sealed class TrainingBudgetTests
{
    [TestMethod]
    [DataRow("90s", 90.0, BudgetUnit.Time)]
    [DataRow("2m", 120.0, BudgetUnit.Time)]
    [DataRow(" 24 h ", 86400.0, BudgetUnit.Time)]
    [DataRow("1.5d", 129600.0, BudgetUnit.Time)]
    [DataRow("2 minutes", 120.0, BudgetUnit.Time)]
    [DataRow("1 hour", 3600.0, BudgetUnit.Time)]
    [DataRow("45 sec", 45.0, BudgetUnit.Time)]
    [DataRow("2 days", 172800.0, BudgetUnit.Time)]
    [DataRow("500 steps", 500.0, BudgetUnit.Steps)]
    [DataRow("1e6 samples", 1e6, BudgetUnit.Samples)]
    public void Parse_Text_GivesAmountAndUnitAndWritesItBack(string text, double amount, BudgetUnit unit)
    {
        TrainingBudget budget = TrainingBudget.Parse(text);
        Assert.AreEqual(new TrainingBudget(amount, unit), budget);
        Assert.AreEqual(budget, TrainingBudget.Parse(budget.ToString()));
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("2")]
    [DataRow("0m")]
    [DataRow("-3h")]
    [DataRow("2 parsecs")]
    [DataRow("999999999999h")]
    public void Parse_NoBudget_SaysWhatToWrite(string text) =>
        Assert.Contains("24h", Assert.ThrowsExactly<FormatException>(() => TrainingBudget.Parse(text)).Message);

    [TestMethod]
    public void ToString_AnyTime_ReadsBack()
    {
        foreach (double seconds in (double[])[5e-5, 1e-7, 0.25, 59, 3600, 1e6])
            Assert.AreEqual(TrainingBudget.Time(TimeSpan.FromSeconds(seconds)), TrainingBudget.Parse(TrainingBudget.Time(TimeSpan.FromSeconds(seconds)).ToString()));
    }
}
