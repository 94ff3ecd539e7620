using AcademicBert.Glue;

namespace AcademicBert.Tests.Glue;

[TestClass]
public sealed class GlueTaskResultTests
{
    private static readonly GlueTask s_task = GlueTask.Find("WNLI");

    [TestMethod]
    public void Best_HighestMedian_WinsOverHigherMeanAndMaximum()
    {
        GlueTaskResult result = Result([0.5, 0.5, 0.5, 0.9, 0.9], [0.1, 0.1, 0.6, 0.6, 0.6]);
        Assert.AreEqual(0.6, result.Best!.Median.Score);
        Assert.AreEqual(2, result.Best.Trial.Epochs);
    }

    [TestMethod]
    public void Best_EqualMedians_TheEarlierWins() => Assert.AreEqual(1, Result([0.2, 0.5, 0.7], [0.5, 0.5, 0.9]).Best!.Trial.Epochs);

    [TestMethod]
    public void Median_EqualScores_StandInTheOrderOfTheirSeeds() => Assert.AreEqual(3, Result([0.1, 0.5, 0.5, 0.5, 0.9]).Best!.Median.Trial.Seed);

    [TestMethod]
    public void Median_OfAnEvenNumber_IsTheLowerOfTheTwoInTheMiddle() => Assert.AreEqual(0.4, Result([0.8, 0.4, 0.6, 0.2]).Best!.Median.Score);

    [TestMethod]
    public void Median_FailedTrials_AreBelowAllOthers()
    {
        Assert.AreEqual(0.3, Result([null, 0.9, 0.3, 0.8, null]).Best!.Median.Score);
        Assert.IsNull(Result([null, null, 0.9]).Best);
    }

    [TestMethod]
    public void Best_IncompleteConfiguration_IsNotChosen()
    {
        GlueTrial[] trials = [.. Trials(2, 3)];
        Dictionary<GlueTrial, GlueTrialResult> done = trials.Take(5).ToDictionary(trial => trial, trial => new GlueTrialResult { Trial = trial, Score = trial.Epochs });
        Assert.AreEqual(1, GlueTaskResult.Of(s_task, trials, done).Best!.Trial.Epochs);
    }

    [TestMethod]
    public void Spread_KnownScores_IsTheStandardErrorOfTheMean()
    {
        GlueConfigurationResult configuration = Result([0.1, 0.2, 0.3, 0.4, 0.5]).Configurations.Single();
        Assert.AreEqual(0.3, configuration.Mean!.Value, 1e-12);
        Assert.AreEqual(Math.Sqrt(0.025 / 5), configuration.StandardError!.Value, 1e-12);
    }

    [TestMethod]
    public void Table_Results_ShowsEverySeedAndMarksTheChosen()
    {
        string table = GlueTable.Of(new GlueReport([Result([0.5, null, 0.7], [0.6, 0.62, 0.9])]));
        Assert.Contains("50.0, -, 70.0 | 1 |", table);
        Assert.Contains("| **62.0** | 70.7 ± 9.7 | 60.0 to 90.0 | 60.0, 62.0, 90.0 | 0 |", table);
        Assert.Contains("Chosen: lr5E-5-batch32-epochs2-seed2", table);
    }

    private static IEnumerable<GlueTrial> Trials(int configurations, int seeds) =>
        from epochs in Enumerable.Range(1, configurations) from seed in Enumerable.Range(1, seeds) select new GlueTrial { Epochs = epochs, Seed = seed };

    private static GlueTaskResult Result(params double?[][] scores)
    {
        GlueTrial[] trials = [.. Trials(scores.Length, scores[0].Length)];
        return GlueTaskResult.Of(s_task, trials, trials.ToDictionary(trial => trial, trial => new GlueTrialResult { Trial = trial, Score = scores[trial.Epochs - 1][trial.Seed - 1], Error = scores[trial.Epochs - 1][trial.Seed - 1] is null ? "diverged" : null }));
    }
}
