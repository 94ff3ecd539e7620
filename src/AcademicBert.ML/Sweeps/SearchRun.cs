namespace AcademicBert.Sweeps;

/// <summary>What a search has recorded of a run.</summary>
public sealed record SearchRun
{
    /// <summary>What it trains with.</summary>
    public required SearchConfiguration Configuration { get; init; }

    /// <summary>Index of its cohort: 0 for those of the first start, 1 for those of the first extension.</summary>
    public required int Cohort { get; init; }

    /// <summary>What it came to at each rung in their order, and at its end; as many as it has reached.</summary>
    public IReadOnlyList<RungResult> Results { get; init; } = [];

    /// <summary>Index of the rung at which it was dropped; the number of rungs: it failed after the last. Null: it was not dropped.</summary>
    public int? DroppedAt { get; init; }

    /// <summary>Why it was dropped; null: it was not.</summary>
    public DropReason? Reason { get; init; }
}
