using AcademicBert.Sweeps;

namespace AcademicBert.Tests.Sweeps;

[TestClass]
public sealed class SearchWorkTests
{
    private static readonly SearchRung[] s_rungs = [new() { At = 0.25, MaxLoss = 6 }, new() { At = 0.5, Keep = 0.5 }];

    [TestMethod]
    [DataRow(0, true, 0.25 + 0.25 + (0.5 * 0.5), DisplayName = "a new run: all of the first half, half of the second")]
    [DataRow(1, true, 0.25 + (0.5 * 0.5), DisplayName = "after the first rung")]
    [DataRow(1, false, 0.25 + (0.5 * 0.5), DisplayName = "at the first rung, which keeps all within the limit")]
    [DataRow(2, false, 0.5 * 0.5, DisplayName = "at the second rung, not judged yet")]
    [DataRow(2, true, 0.5, DisplayName = "known to go on")]
    [DataRow(3, true, 0, DisplayName = "ended")]
    public void Left_OfARun_IsWeightedByTheChanceToGoOn(int next, bool goesOn, double expected) => Assert.AreEqual(expected, SearchWork.Left(s_rungs, next, goesOn), 1e-12);

    [TestMethod]
    [DataRow(0, true, 0.75 + 0.1 + 0.1, DisplayName = "a new run is judged at both rungs")]
    [DataRow(2, false, 0.25, DisplayName = "at the last rung nothing more is judged")]
    public void Left_WithJudging_CountsTheRungsThatARunComesTo(int next, bool goesOn, double expected) => Assert.AreEqual(expected, SearchWork.Left(s_rungs, next, goesOn, judging: 0.1), 1e-12);

    [TestMethod]
    public void Of_StepBudget_CountsSamples()
    {
        SearchOptions options = TinySearch.Options;
        Assert.AreSequenceEqual([64.0, 64, 64, 128, 128, 128], options.Configurations().Select(configuration => SearchWork.Of(options.Of(configuration))));
    }
}
