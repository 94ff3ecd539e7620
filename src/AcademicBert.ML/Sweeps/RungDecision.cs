namespace AcademicBert.Sweeps;

/// <summary>Why a run does not go on.</summary>
public enum DropReason
{
    /// <summary>It diverged, or its held-out loss is not finite.</summary>
    Failed,

    /// <summary>Its loss was above the limit.</summary>
    AboveLimit,

    /// <summary>Its loss was not among the best.</summary>
    NotAmongBest,
}

/// <summary>A run that was dropped.</summary>
/// <param name="Configuration">The configuration's name.</param>
/// <param name="Reason">Why.</param>
public sealed record DroppedRun(string Configuration, DropReason Reason);

/// <summary>Which runs go on from a rung.</summary>
/// <param name="Kept">Names of those that go on, in the order of the cohort.</param>
/// <param name="Dropped">Those that do not.</param>
/// <param name="LimitDropsMost">Whether the limit drops more than half of the runs that have a loss: it may not fit this text or budget.</param>
public sealed record RungDecision(IReadOnlyList<string> Kept, IReadOnlyList<DroppedRun> Dropped, bool LimitDropsMost)
{
    /// <summary>
    /// Judges the runs of a cohort, against themselves and the runs judged at this rung before: a function of their losses only. A run
    /// that was judged before is not judged again.
    /// </summary>
    /// <param name="rung">The rung.</param>
    /// <param name="before">Results of earlier cohorts at this rung, in order.</param>
    /// <param name="cohort">Results of the cohort, in order.</param>
    public static RungDecision Of(SearchRung rung, IReadOnlyList<RungResult> before, IReadOnlyList<RungResult> cohort)
    {
        ArgumentNullException.ThrowIfNull(rung);
        RungResult[] sound = [.. cohort.Where(result => result.IsSound)];
        RungResult[] within = [.. before.Concat(cohort).Where(result => result.IsSound && IsWithin(result))];
        // Sorting is stable: of equal losses the earlier goes on. A share that is short of a whole run by rounding only is that run.
        int keep = (int)Math.Ceiling(within.Length * rung.Keep - 1e-9);
        HashSet<RungResult> best = [.. within.OrderBy(result => result.Loss).Take(keep)];
        DroppedRun[] dropped = [.. cohort.Where(result => !best.Contains(result)).Select(result => new DroppedRun(result.Configuration, Reason(result)))];
        return new RungDecision(
            [.. cohort.Where(best.Contains).Select(result => result.Configuration)], dropped, 2 * dropped.Count(run => run.Reason == DropReason.AboveLimit) > sound.Length);

        bool IsWithin(RungResult result) => !(result.Loss > rung.MaxLoss);

        DropReason Reason(RungResult result) => !result.IsSound ? DropReason.Failed : !IsWithin(result) ? DropReason.AboveLimit : DropReason.NotAmongBest;
    }

    /// <inheritdoc/>
    public bool Equals(RungDecision? other) =>
        other is not null && Kept.SequenceEqual(other.Kept) && Dropped.SequenceEqual(other.Dropped) && LimitDropsMost == other.LimitDropsMost;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Kept.Count, Dropped.Count, LimitDropsMost);
}
