namespace AcademicBert.Training;

/// <summary>What is done about a spike.</summary>
public enum SpikeAction
{
    /// <summary>The update is left out, and training goes on.</summary>
    Skip,

    /// <summary>The update is left out, and the run ends with <see cref="TrainingDivergedException"/>.</summary>
    Stop,
}

/// <summary>Recognizes steps whose loss or gradient norm is far above what it was lately, by the z-score over running statistics.</summary>
public sealed record SpikeGuard
{
    /// <summary>Standard deviations above the running mean that make a spike. Default 6.</summary>
    public double ZScore { get; init; } = 6;

    /// <summary>Steps at the start that only count. Default 100.</summary>
    public int WarmupSteps { get; init; } = 100;

    /// <summary>How long the running statistics remember: the weight of the past at each step. Default 0.98, about fifty steps.</summary>
    public double Memory { get; init; } = 0.98;

    /// <summary>What is done. Default: the update is left out.</summary>
    public SpikeAction Action { get; init; } = SpikeAction.Skip;

    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    public void Validate()
    {
        Require(ZScore > 0, nameof(ZScore), ZScore, "positive");
        Require(WarmupSteps >= 2, nameof(WarmupSteps), WarmupSteps, "at least 2");
        Require(Memory is > 0 and < 1, nameof(Memory), Memory, "above 0 and below 1");
        Require(Enum.IsDefined(Action), nameof(Action), (double)Action, "Skip or Stop");
    }

    private static void Require(bool holds, string option, double value, string rule)
    {
        if (!holds)
            throw new ArgumentException($"{nameof(SpikeGuard)}.{option} is {value}; it must be {rule}.", option);
    }
}

/// <summary>Running mean and variance of a figure; part of a checkpoint, so that a resumed run judges as before.</summary>
/// <param name="Count">Values seen.</param>
/// <param name="Mean">Running mean.</param>
/// <param name="Variance">Running variance.</param>
internal readonly record struct RunningStatistics(long Count, double Mean, double Variance)
{
    /// <summary>Whether a value is a spike.</summary>
    public bool IsSpike(double value, SpikeGuard guard) =>
        Count >= guard.WarmupSteps && value > Mean + guard.ZScore * Math.Sqrt(Math.Max(Variance, 1e-12));

    /// <summary>With one more value.</summary>
    public RunningStatistics With(double value, SpikeGuard guard)
    {
        // Plain averages until there are enough values for the weight of the past to be the stated one.
        double past = Math.Min(guard.Memory, Count / (Count + 1.0)), difference = value - Mean;
        return new RunningStatistics(Count + 1, Mean + (1 - past) * difference, past * (Variance + (1 - past) * difference * difference));
    }
}
