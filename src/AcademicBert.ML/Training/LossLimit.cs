namespace AcademicBert.Training;

/// <summary>Ends a run that has not learned enough by a mark; the paper drops runs whose loss is above 6.0 after 3 of 24 hours.</summary>
public sealed record LossLimit
{
    /// <summary>The mark. Default 3 hours (the paper).</summary>
    public TrainingBudget After { get; init; } = TrainingBudget.Time(TimeSpan.FromHours(3));

    /// <summary>The most the loss may be there: the held-out loss where it has been measured, else the step's. Default 6.0 (the paper).</summary>
    public double MaxLoss { get; init; } = 6.0;

    /// <summary>Whether a run ends by this rule: also where there is no loss, or it is no number.</summary>
    internal bool Ends(TrainingPosition before, TrainingState after) =>
        before.Fraction(After) < 1 && after.Position.Fraction(After) >= 1 && !((after.LastValidation?.Loss ?? after.LastLoss) <= MaxLoss);

    /// <summary>Checks the options.</summary>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    internal void Validate()
    {
        if (!(After.Amount > 0))
            throw new ArgumentException($"{nameof(LossLimit)}.{nameof(After)} is {After}; it must be positive.", nameof(After));
        if (!(MaxLoss > 0))
            throw new ArgumentException($"{nameof(LossLimit)}.{nameof(MaxLoss)} is {MaxLoss}; it must be positive.", nameof(MaxLoss));
    }
}
