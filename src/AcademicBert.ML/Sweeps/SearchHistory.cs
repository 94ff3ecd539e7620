using AcademicBert.Training;

namespace AcademicBert.Sweeps;

/// <summary>Which runs of a cohort go on from a rung, as recorded.</summary>
/// <param name="Cohort">Index of the cohort.</param>
/// <param name="Rung">Index of the rung.</param>
/// <param name="Outcome">The decision.</param>
public sealed record SearchDecision(int Cohort, int Rung, RungDecision Outcome);

/// <summary>Everything a search has recorded: what <see cref="SearchJournal.Read"/> makes of its journal.</summary>
public sealed record SearchHistory
{
    /// <summary>Budget of every run.</summary>
    public required TrainingBudget Budget { get; init; }

    /// <summary>Where runs are judged.</summary>
    public required IReadOnlyList<SearchRung> Rungs { get; init; }

    /// <summary>Every run, cohort after cohort, each in the order of the space.</summary>
    public required IReadOnlyList<SearchRun> Runs { get; init; }

    /// <summary>The decisions, in the order in which they were made.</summary>
    public required IReadOnlyList<SearchDecision> Decisions { get; init; }

    /// <summary>The runs that completed their budget, the lowest held-out loss first; of equal ones the earlier.</summary>
    public IReadOnlyList<SearchRun> Ranking => [.. Runs.Where(run => run.Reason is null && run.Results.Count > Rungs.Count).OrderBy(run => run.Results[^1].Loss)];

    /// <summary>Whether nothing is left to do: every run has ended or was dropped.</summary>
    public bool IsComplete => Runs.All(run => run.Reason is not null || run.Results.Count > Rungs.Count);
}
