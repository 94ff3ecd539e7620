namespace AcademicBert.Reports.Tests;

[TestClass]
public sealed class NumbersTests
{
    [TestMethod]
    [DataRow(0, "0:00")]
    [DataRow(1651, "27:31")]
    [DataRow(3900, "1:05:00")]
    [DataRow(183_600, "2.03:00:00")]
    [DataRow(1e300, Numbers.None)]
    [DataRow(-1e300, Numbers.None)]
    [DataRow(double.NaN, Numbers.None)]
    [DataRow(double.PositiveInfinity, Numbers.None)]
    public void Time_AnyNumber_IsALengthOfTimeOrNone(double seconds, string text) => Assert.AreEqual(text, Numbers.Time(seconds));
}
