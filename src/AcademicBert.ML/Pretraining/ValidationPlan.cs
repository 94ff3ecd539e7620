using AcademicBert.Training;

namespace AcademicBert.Pretraining;

/// <summary>
/// When the held-out loss is measured, as shares of the budget. The defaults are the paper's plan for 24 hours: every 10 minutes
/// in the first 5 %, then every 30 minutes; always once more at the end. In a short budget of time they are fewer (<see cref="MinSeconds"/>).
/// </summary>
public sealed record ValidationPlan
{
    /// <summary>Share of the budget between two validations. Default 1/48; 0: only at the end.</summary>
    public double Interval { get; init; } = 1.0 / 48;

    /// <summary>The interval at the start of training. Default 1/144; 0: none there.</summary>
    public double EarlyInterval { get; init; } = 1.0 / 144;

    /// <summary>Share of the budget that is the start. Default 0.05.</summary>
    public double EarlyShare { get; init; } = 0.05;

    /// <summary>
    /// Least seconds of training between two validations of a budget of time: the intervals are at least so long. Default 10, which budgets of less than
    /// 24 minutes come to feel; 0: the intervals alone decide.
    /// </summary>
    public double MinSeconds { get; init; } = 10;

    /// <summary>Most held-out samples to use, from the first; always the same ones. Default 0: all.</summary>
    public long MaxSamples { get; init; }

    /// <summary>The plan with intervals that are long enough for a budget.</summary>
    internal ValidationPlan For(TrainingBudget budget)
    {
        double least = budget.Unit == BudgetUnit.Time ? MinSeconds / budget.Amount : 0;
        return this with { Interval = Stretched(Interval), EarlyInterval = Stretched(EarlyInterval) };

        // 0 stays: it asks for none.
        double Stretched(double interval) => interval == 0 ? 0 : Math.Max(interval, least);
    }

    /// <summary>Whether a validation is due between two positions, given as shares of the budget.</summary>
    public bool IsDue(double before, double after) =>
        Crosses(Math.Min(before, EarlyShare), Math.Min(after, EarlyShare), EarlyInterval) || Crosses(Math.Max(before, EarlyShare), Math.Max(after, EarlyShare), Interval);

    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    public void Validate()
    {
        Require(Interval is >= 0 and <= 1, nameof(Interval), Interval, "between 0 and 1");
        Require(EarlyInterval is >= 0 and <= 1, nameof(EarlyInterval), EarlyInterval, "between 0 and 1");
        Require(EarlyShare is >= 0 and <= 1, nameof(EarlyShare), EarlyShare, "between 0 and 1");
        Require(MinSeconds >= 0, nameof(MinSeconds), MinSeconds, "at least 0");
        Require(MaxSamples >= 0, nameof(MaxSamples), MaxSamples, "at least 0");
    }

    // An interval of 0 has its marks at infinity, which is not above itself.
    private static bool Crosses(double before, double after, double interval) =>
        Math.Floor(after / interval + Rounding) > Math.Floor(before / interval + Rounding);

    // A mark is reached by a position that is short of it by rounding only.
    private const double Rounding = 1e-9;

    private static void Require(bool holds, string option, double value, string rule)
    {
        if (!holds)
            throw new ArgumentException($"{nameof(ValidationPlan)}.{option} is {value}; it must be {rule}.", option);
    }
}
