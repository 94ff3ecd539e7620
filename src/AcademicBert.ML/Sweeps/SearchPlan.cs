using AcademicBert.Pretraining;

namespace AcademicBert.Sweeps;

/// <summary>What runs of the same speed would be.</summary>
/// <param name="Values">The values that set them apart from other runs, as in a run's name; empty: all runs are alike.</param>
/// <param name="Runs">Number of runs.</param>
/// <param name="Run">One of them, measured alone, to the end of its budget.</param>
public sealed record SearchPlanPart(string Values, int Runs, PretrainingPlan Run);

/// <summary>What is left of a search, from some measured steps for each size of step.</summary>
/// <param name="Parts">The runs, by their speed.</param>
/// <param name="Ended">Runs that have ended or were dropped.</param>
/// <param name="SideBySide">Runs at the same time.</param>
/// <param name="Time">Expected time of what is left, if limits drop nothing, with the measurements of held-out losses; checkpoints not counted.</param>
public sealed record SearchPlan(IReadOnlyList<SearchPlanPart> Parts, int Ended, int SideBySide, TimeSpan Time)
{
    /// <summary>Runs of the search.</summary>
    public int Runs => Parts.Sum(part => part.Runs);

    /// <summary>Disk that all runs need at most, in bytes: before the first are dropped.</summary>
    public long DiskBytes => Parts.Sum(part => part.Runs * part.Run.DiskBytes);

    /// <summary>What the time costs.</summary>
    /// <param name="pricePerHour">Price of the machine for an hour, in any currency.</param>
    public decimal Cost(decimal pricePerHour) => (decimal)Time.TotalHours * pricePerHour;
}
