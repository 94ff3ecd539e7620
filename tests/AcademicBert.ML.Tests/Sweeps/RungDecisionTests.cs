using AcademicBert.Sweeps;

namespace AcademicBert.Tests.Sweeps;

[TestClass]
public sealed class RungDecisionTests
{
    private static readonly SearchRung s_limit = new() { At = 0.125, MaxLoss = 6.0 }, s_half = new() { At = 0.5, Keep = 0.5 };

    [TestMethod]
    public void Of_Limit_DropsWhatIsAboveItAndKeepsWhatIsAtIt()
    {
        RungDecision decision = Decide(s_limit, 5.9, 6.0, 6.0000001);
        Assert.AreSequenceEqual(["0", "1"], decision.Kept);
        Assert.AreSequenceEqual([new DroppedRun("2", DropReason.AboveLimit)], decision.Dropped);
        Assert.IsFalse(decision.LimitDropsMost);
    }

    [TestMethod]
    public void Of_LimitThatDropsMoreThanHalf_IsMarked()
    {
        Assert.IsTrue(Decide(s_limit, 5, 7, 7).LimitDropsMost);
        Assert.IsFalse(Decide(s_limit, 5, 7).LimitDropsMost, "exactly half");
        Assert.IsFalse(Decide(s_limit, 5, double.NaN, double.NaN).LimitDropsMost, "failed runs are not the limit's");
    }

    [TestMethod]
    public void Of_OddCount_RoundsUp() => Assert.AreSequenceEqual(["1", "2"], Decide(s_half, 3, 1, 2).Kept);

    [TestMethod]
    public void Of_Ties_TheEarlierGoesOn() => Assert.AreSequenceEqual(["0", "1"], Decide(s_half, 2, 2, 2, 2).Kept);

    [TestMethod]
    public void Of_NonFiniteOrFailed_IsDroppedAndDoesNotCountForTheHalf()
    {
        RungResult[] cohort = [.. Results(double.NaN, 1, 2, double.PositiveInfinity), new RungResult { Configuration = "diverged", Rung = 0, Loss = 0.5, Error = "not finite" }];
        RungDecision decision = RungDecision.Of(s_half, [], cohort);
        Assert.AreSequenceEqual(["1"], decision.Kept);
        Assert.AreSequenceEqual([DropReason.Failed, DropReason.NotAmongBest, DropReason.Failed, DropReason.Failed], decision.Dropped.Select(run => run.Reason));
    }

    [TestMethod]
    public void Of_ShareThatIsWholeButForRounding_KeepsThatMany() =>
        Assert.HasCount(3, Decide(new SearchRung { At = 0.5, Keep = 0.1 * 3 }, [.. Enumerable.Range(0, 10).Select(loss => (double)loss)]).Kept);

    [TestMethod]
    public void Of_LaterCohort_MustBeAmongTheBestOfAll()
    {
        RungResult[] before = [.. Results(1, 2, 3, 4)];
        RungResult Added(string name, double loss) => new() { Configuration = name, Rung = 0, Loss = loss };
        RungDecision decision = RungDecision.Of(s_half, before, [Added("better", 1.5), Added("worse", 5)]);
        Assert.AreSequenceEqual(["better"], decision.Kept);
        Assert.AreSequenceEqual([new DroppedRun("worse", DropReason.NotAmongBest)], decision.Dropped);
    }

    [TestMethod]
    public void Of_AnyLosses_KeepsTheBestOfThoseWithinTheLimitAndDropsEachOtherOnce()
    {
        var random = new Random(5);
        for (int round = 0; round < 500; round++)
        {
            // Few different losses, so that there are ties.
            double[] losses = [.. Enumerable.Range(0, random.Next(1, 20)).Select(_ => random.Next(10) == 0 ? double.NaN : random.Next(1, 9))];
            var rung = new SearchRung { At = 0.5, MaxLoss = random.Next(2) == 0 ? null : random.Next(1, 9), Keep = random.Next(1, 9) / 8.0 };
            RungDecision decision = Decide(rung, losses);

            int within = losses.Count(loss => loss <= (rung.MaxLoss ?? double.MaxValue));
            Assert.HasCount((int)Math.Ceiling(within * rung.Keep), decision.Kept, $"round {round}");
            Assert.AreSequenceEqual(Enumerable.Range(0, losses.Length), decision.Kept.Concat(decision.Dropped.Select(run => run.Configuration)).Select(int.Parse).Order());
            foreach (int kept in decision.Kept.Select(int.Parse))
            {
                foreach (int dropped in decision.Dropped.Where(run => run.Reason == DropReason.NotAmongBest).Select(run => int.Parse(run.Configuration)))
                    Assert.IsTrue(losses[kept] < losses[dropped] || (losses[kept] == losses[dropped] && kept < dropped), $"round {round}");
            }
        }
    }

    [TestMethod]
    public void Of_NoRung_IsRefused() => Assert.ThrowsExactly<ArgumentNullException>(() => RungDecision.Of(null!, [], []));

    [TestMethod]
    public void Equals_Decisions_ComparesWhatWasDecided()
    {
        RungDecision decision = Decide(s_limit, 5, 7, 7);
        Assert.AreEqual(decision, Decide(s_limit, 5, 7, 7));
        Assert.AreEqual(decision.GetHashCode(), Decide(s_limit, 5, 7, 7).GetHashCode());
        Assert.AreNotEqual(decision, decision with { Kept = ["1"] });
        Assert.AreNotEqual(decision, decision with { Dropped = [.. decision.Dropped.Reverse()] });
        Assert.AreNotEqual(decision, decision with { LimitDropsMost = false });
        Assert.IsFalse(decision.Equals(null));
    }

    private static RungDecision Decide(SearchRung rung, params double[] losses) => RungDecision.Of(rung, [], [.. Results(losses)]);

    private static IEnumerable<RungResult> Results(params double[] losses) =>
        losses.Select((loss, index) => new RungResult { Configuration = $"{index}", Rung = 0, Loss = loss });
}
