using System.ComponentModel;

namespace AcademicBert.Optimization;

/// <summary>How the learning rate falls after warm-up.</summary>
public enum LearningRateCurve
{
    /// <summary>In a straight line to zero at the end: the paper's choice.</summary>
    Linear,

    /// <summary>Stays at the peak.</summary>
    Constant,

    /// <summary>Half a cosine wave, to zero at the end.</summary>
    Cosine,

    /// <summary>By <see cref="LearningRateSchedule.DecayRate"/> every <see cref="LearningRateSchedule.DecayInterval"/>; warm-up is quadratic.</summary>
    Exponential,

    /// <summary>To <see cref="LearningRateSchedule.EndLearningRate"/> with the power <see cref="LearningRateSchedule.Power"/>.</summary>
    Polynomial,

    /// <summary>The original BERT's: a line from the start of training, with a jump at the end of warm-up.</summary>
    OriginalBert,
}

/// <summary>
/// The learning rate as a function of a position in training. Position and length share a unit: elapsed time, steps or samples;
/// nothing in the formulas prefers one, so budgets of any length have the same shape.
/// </summary>
public sealed record LearningRateSchedule
{
    /// <summary>The highest learning rate, reached at the end of warm-up. Default 1e-3.</summary>
    [Category("Options")]
    public double Peak { get; init; } = 1e-3;

    /// <summary>Share of training spent warming up, 0 to 1. Default 0.06 (paper, section 4).</summary>
    public double WarmupProportion { get; init; } = 0.06;

    /// <summary>Length of warm-up in the unit of the position; replaces <see cref="WarmupProportion"/>. Default none.</summary>
    public double? Warmup { get; init; }

    /// <summary>What follows warm-up. Default linear.</summary>
    public LearningRateCurve Curve { get; init; } = LearningRateCurve.Linear;

    /// <summary>Factor of the exponential curve. Default 0.99.</summary>
    public double DecayRate { get; init; } = 0.99;

    /// <summary>Length, in the unit of the position, over which the exponential curve falls by its factor. Default 1,000.</summary>
    public double DecayInterval { get; init; } = 1000;

    /// <summary>Where the polynomial curve ends. Default 1e-7.</summary>
    public double EndLearningRate { get; init; } = 1e-7;

    /// <summary>Power of the polynomial curve. Default 1.</summary>
    public double Power { get; init; } = 1;

    /// <summary>The learning rate at a position.</summary>
    /// <param name="position">Time, steps or samples so far.</param>
    /// <param name="total">The whole of training, in the same unit.</param>
    public double At(double position, double total)
    {
        double warmup = Warmup ?? total * WarmupProportion;
        if (position < warmup)
        {
            double risen = position / warmup;
            return Peak * (Curve == LearningRateCurve.Exponential ? risen * risen : risen);
        }
        double left = total > warmup ? Math.Max(0, total - position) / (total - warmup) : 0;
        return Curve switch
        {
            LearningRateCurve.Linear => Peak * left,
            LearningRateCurve.Constant => Peak,
            LearningRateCurve.Cosine => total > warmup ? Peak * Math.Max(0, 0.5 * (1 + Math.Cos(Math.PI * (position - warmup) / (total - warmup)))) : 0,
            LearningRateCurve.Exponential => Peak * Math.Pow(DecayRate, (position - warmup) / DecayInterval),
            LearningRateCurve.Polynomial => EndLearningRate + (Peak - EndLearningRate) * Math.Pow(left, Power),
            LearningRateCurve.OriginalBert => Peak * Math.Max(0, 1 - position / total),
            _ => throw new InvalidOperationException($"Unknown curve {Curve}."),
        };
    }

    /// <summary>Throws an <see cref="ArgumentException"/> that names the offending option.</summary>
    public void Validate()
    {
        Require(Peak > 0 && double.IsFinite(Peak), nameof(Peak), Peak, "positive");
        Require(WarmupProportion is >= 0 and <= 1, nameof(WarmupProportion), WarmupProportion, "between 0 and 1");
        Require(Warmup is null or >= 0, nameof(Warmup), Warmup ?? 0, "at least 0");
        Require(Enum.IsDefined(Curve), nameof(Curve), (double)Curve, $"one of {string.Join(", ", Enum.GetNames<LearningRateCurve>())}");
        Require(DecayRate is > 0 and <= 1, nameof(DecayRate), DecayRate, "above 0 and at most 1");
        Require(DecayInterval > 0, nameof(DecayInterval), DecayInterval, "positive");
        Require(EndLearningRate >= 0 && (EndLearningRate <= Peak || Curve != LearningRateCurve.Polynomial), nameof(EndLearningRate), EndLearningRate, $"between 0 and {nameof(Peak)}");
        Require(Power > 0, nameof(Power), Power, "positive");
    }

    private static void Require(bool holds, string option, double value, string rule)
    {
        if (!holds)
            throw new ArgumentException($"{nameof(LearningRateSchedule)}.{option} is {value}; it must be {rule}.");
    }
}
