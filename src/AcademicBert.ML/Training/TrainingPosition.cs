namespace AcademicBert.Training;

/// <summary>How far a training run has come, in all units of a budget.</summary>
/// <param name="Steps">Optimizer steps done, skipped ones included.</param>
/// <param name="Samples">Samples trained on.</param>
/// <param name="Seconds">Training time; the time of validation, checkpoints and breaks is not counted.</param>
public readonly record struct TrainingPosition(long Steps, long Samples, double Seconds)
{
    /// <summary>The position in one unit.</summary>
    public double In(BudgetUnit unit) => unit switch
    {
        BudgetUnit.Time => Seconds,
        BudgetUnit.Steps => Steps,
        BudgetUnit.Samples => Samples,
        _ => throw new ArgumentOutOfRangeException(nameof(unit), unit, "There is no such unit."),
    };

    /// <summary>The share of a budget that is used, 0 to 1 and, by less than one step, beyond.</summary>
    public double Fraction(TrainingBudget budget) => In(budget.Unit) / budget.Amount;
}
