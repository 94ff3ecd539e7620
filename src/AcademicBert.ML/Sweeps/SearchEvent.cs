using AcademicBert.Training;

namespace AcademicBert.Sweeps;

/// <summary>A line of a search's journal: one of its properties.</summary>
internal sealed record SearchEvent
{
    /// <summary>The first line: which search this is.</summary>
    public SearchHeader? Search { get; init; }

    /// <summary>Runs that are begun.</summary>
    public IReadOnlyList<SearchConfiguration>? Cohort { get; init; }

    /// <summary>What a run came to.</summary>
    public RungResult? Result { get; init; }

    /// <summary>Which runs go on.</summary>
    public SearchDecision? Decision { get; init; }
}

/// <summary>What the decisions of a search rest on beside its losses.</summary>
/// <param name="Version">Version of the journal.</param>
/// <param name="Budget">Budget of every run.</param>
/// <param name="Rungs">Where runs are judged.</param>
internal sealed record SearchHeader(int Version, TrainingBudget Budget, IReadOnlyList<SearchRung> Rungs)
{
    public const int CurrentVersion = 1;
}
