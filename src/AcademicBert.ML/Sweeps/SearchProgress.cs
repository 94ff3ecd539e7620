using AcademicBert.Training;

namespace AcademicBert.Sweeps;

/// <summary>State of a search after a step, a result or a decision.</summary>
public sealed record SearchProgress
{
    /// <summary>Name of the run that made the step or the result; null: a decision.</summary>
    public string? Configuration { get; init; }

    /// <summary>Index of the rung that the run trains up to or that is judged; the number of rungs: a run's end.</summary>
    public required int Rung { get; init; }

    /// <summary>The run's step or validation; null: a result or a decision.</summary>
    public TrainingProgress? Training { get; init; }

    /// <summary>What the run came to at the rung; null: a step or a decision.</summary>
    public RungResult? Result { get; init; }

    /// <summary>The decision; null: a step or a result.</summary>
    public SearchDecision? Decision { get; init; }

    /// <summary>Runs that have ended or were dropped.</summary>
    public required int Ended { get; init; }

    /// <summary>Runs of the search.</summary>
    public required int Runs { get; init; }

    /// <summary>Share of the search that is done, 0 to 1. What limits will drop is not known, so the rest may turn out smaller.</summary>
    public required double Fraction { get; init; }

    /// <summary>Expected time to the end of the search at the rate of this process so far; null: there was no step yet.</summary>
    public TimeSpan? TimeLeft { get; init; }
}
