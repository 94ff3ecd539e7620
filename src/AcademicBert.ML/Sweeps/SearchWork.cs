using AcademicBert.Pretraining;
using AcademicBert.Training;

namespace AcademicBert.Sweeps;

/// <summary>The work of a search: in units of its runs' budgets, or samples where budgets are of steps.</summary>
internal static class SearchWork
{
    /// <summary>The work of a whole run.</summary>
    public static double Of(PretrainingOptions run)
    {
        TrainingBudget budget = SearchSpace.RunBudget(run);
        return budget.Unit == BudgetUnit.Steps ? budget.Amount * run.BatchSize : budget.Amount;
    }

    /// <summary>Share of a run between the rung before and this one, or its end.</summary>
    public static double Share(IReadOnlyList<SearchRung> rungs, int rung) => Mark(rungs, rung) - Mark(rungs, rung - 1);

    /// <summary>The rung's mark as a share of the budget; 0 before the first, 1 at the end.</summary>
    public static double Mark(IReadOnlyList<SearchRung> rungs, int rung) => rung < 0 ? 0 : rung < rungs.Count ? rungs[rung].At : 1;

    /// <summary>Share of a whole run that a run is expected to train yet, as if limits dropped nothing.</summary>
    /// <param name="rungs">The rungs.</param>
    /// <param name="next">The rung it trains up to next; past the number of rungs: none.</param>
    /// <param name="goesOn">Whether it is known to go on there.</param>
    /// <param name="judging">What the measurement at a rung takes besides, as a share of a whole run.</param>
    public static double Left(IReadOnlyList<SearchRung> rungs, int next, bool goesOn, double judging = 0)
    {
        double left = 0, chance = goesOn || next == 0 ? 1 : rungs[next - 1].Keep;
        for (int rung = next; rung <= rungs.Count; rung++)
        {
            left += chance * Share(rungs, rung);
            if (rung == rungs.Count)
                break;
            left += chance * judging;
            chance *= rungs[rung].Keep;
        }

        return left;
    }

    /// <summary>As <see cref="Left(IReadOnlyList{SearchRung}, int, bool, double)"/>, of a recorded run.</summary>
    public static double Left(SearchHistory history, SearchRun run, double judging = 0)
    {
        int next = run.Results.Count;
        return run.Reason is not null || next > history.Rungs.Count
            ? 0
            : Left(history.Rungs, next, next == 0 || history.Decisions.Any(decision => decision.Cohort == run.Cohort && decision.Rung == next - 1), judging);
    }
}
