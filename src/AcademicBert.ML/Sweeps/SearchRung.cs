namespace AcademicBert.Sweeps;

/// <summary>A mark at which runs pause, and which of them go on: first the limit, then the share of those within it.</summary>
public sealed record SearchRung
{
    /// <summary>Share of a run's budget, above 0 and below 1.</summary>
    public required double At { get; init; }

    /// <summary>The most the held-out loss may be; null: any finite one.</summary>
    public double? MaxLoss { get; init; }

    /// <summary>Share that goes on, those of lowest loss; rounded up, and of equal losses the earlier. Default 1: all.</summary>
    public double Keep { get; init; } = 1;

    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    internal void Validate()
    {
        Require(At is > 0 and < 1, nameof(At), At, "above 0 and below 1");
        Require(MaxLoss is null or > 0, nameof(MaxLoss), MaxLoss, "positive, or left out");
        Require(Keep is > 0 and <= 1, nameof(Keep), Keep, "above 0 and at most 1");
    }

    private static void Require(bool holds, string option, double? value, string rule)
    {
        if (!holds)
            throw new ArgumentException($"{nameof(SearchRung)}.{option} is {value}; it must be {rule}.", option);
    }
}
