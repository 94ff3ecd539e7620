using AcademicBert.Sweeps;
using AcademicBert.Training;

namespace AcademicBert.Tests.Sweeps;

[TestClass]
public sealed class SearchTableTests
{
    private static readonly SearchRung[] s_rungs = [new() { At = 0.125, MaxLoss = 6 }, new() { At = 0.5, Keep = 0.5 }];

    [TestMethod]
    public void Of_CompleteSearch_RanksTheEndedAndSaysWhyOthersWereDropped()
    {
        SearchReplay replay = Begin(5);
        Results(replay, 0, 0, 5, 4, 3, 7, double.NaN);
        Decide(replay, 0, 0);
        Results(replay, 0, 1, 3, 2.5, 2.75);
        Decide(replay, 0, 1);
        replay.Apply(new SearchEvent { Result = new RungResult { Configuration = "peak2", Rung = 2, Loss = 2.125, Accuracy = 0.5 } });
        replay.Apply(new SearchEvent { Result = new RungResult { Configuration = "peak3", Rung = 2, Loss = double.NaN, Error = "not finite | at step 9" } });
        Assert.AreEqual(
            """
            # Search: 5 runs of 8 steps

            - at 0.125 of the budget (losses above 6 are dropped): 5 runs, 3 go on; 1 failed, 1 above the limit
            - at 0.5 of the budget (the best 50 % go on): 3 runs, 2 go on; 1 not among the best

            ## Best configurations

            | schedule.peak | held-out loss | accuracy |
            |---|---|---|
            | 2 | 2.1250 | 50.0 % |

            ## All runs

            | rank | schedule.peak | loss at 0.125 | loss at 0.5 | at the end | |
            |---|---|---|---|---|---|
            | 1 | 2 | 4.0000 | 2.5000 | 2.1250 |  |
            |  | 3 | 3.0000 | 2.7500 | - | failed: not finite / at step 9 |
            |  | 1 | 5.0000 | 3.0000 |  | not among the best |
            |  | 4 | 7.0000 |  |  | above the limit |
            |  | 5 | NaN |  |  | failed |

            """.ReplaceLineEndings("\n"),
            SearchTable.Of(replay.History));
    }

    [TestMethod]
    public void Of_ExtendedSearchUnderWay_NamesCohortsAndWhatHasNotEnded()
    {
        SearchReplay replay = Begin(1);
        Results(replay, 0, 0, 5);
        Decide(replay, 0, 0);
        replay.Apply(new SearchEvent { Cohort = [.. Configurations(3).Skip(1)] });
        string table = SearchTable.Of(replay.History);
        Assert.Contains("- cohort 1, at 0.125 of the budget", table);
        Assert.Contains("- under way: 3 runs have not ended", table);
        Assert.Contains("|  | 3 |  |  |  | under way |", table);
    }

    [TestMethod]
    public void Of_PositionsOfAnotherMachine_AreNotInTheTable()
    {
        string With(double seconds)
        {
            SearchReplay replay = Begin(1);
            replay.Apply(new SearchEvent { Result = new RungResult { Configuration = "peak1", Rung = 0, Loss = 5, Position = new TrainingPosition(1, 8, seconds) } });
            return SearchTable.Of(replay.History);
        }

        Assert.AreEqual(With(1), With(2));
    }

    private static SearchReplay Begin(int runs)
    {
        var replay = new SearchReplay();
        replay.Apply(new SearchEvent { Search = new SearchHeader(SearchHeader.CurrentVersion, TrainingBudget.Steps(8), s_rungs) });
        replay.Apply(new SearchEvent { Cohort = Configurations(runs) });
        return replay;
    }

    private static IReadOnlyList<SearchConfiguration> Configurations(int runs) => (new SearchOptions { Space = [SearchDimension.Of("schedule.peak", [.. Enumerable.Range(1, runs)])] }).Configurations();

    private static void Results(SearchReplay replay, int cohort, int rung, params double[] losses)
    {
        foreach ((SearchRun run, double loss) in replay.History.Runs.Where(run => run.Cohort == cohort && run.Reason is null).Zip(losses))
            replay.Apply(new SearchEvent { Result = new RungResult { Configuration = run.Configuration.Name, Rung = rung, Loss = loss } });
    }

    private static void Decide(SearchReplay replay, int cohort, int rung) =>
        replay.Apply(new SearchEvent { Decision = new SearchDecision(cohort, rung, replay.Decide(cohort, rung)) });
}
