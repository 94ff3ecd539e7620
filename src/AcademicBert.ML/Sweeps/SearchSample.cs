namespace AcademicBert.Sweeps;

/// <summary>Tries some configurations of the grid only, drawn without replacement. A larger count adds to those of a smaller one.</summary>
public sealed record SearchSample
{
    /// <summary>Number of configurations, at least 1.</summary>
    public required int Count { get; init; }

    /// <summary>Seed of the draw. Default 1.</summary>
    public ulong Seed { get; init; } = 1;
}
