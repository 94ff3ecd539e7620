namespace AcademicBert.Training;

/// <summary>Why a run ended.</summary>
public enum StopReason
{
    /// <summary>Its budget was used.</summary>
    BudgetUsed,

    /// <summary>Its early exit was reached.</summary>
    EarlyExit,

    /// <summary>Its loss was above the limit at the mark.</summary>
    LossAboveLimit,

    /// <summary>It was to pause here (<see cref="TrainingControl.PauseAt"/>); started again, it goes on.</summary>
    Paused,
}

/// <summary>Words for <see cref="StopReason"/>.</summary>
public static class StopReasonText
{
    /// <summary>The reason as the rest of a sentence: the run ended because …</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such reason.</exception>
    public static string Of(StopReason reason) => reason switch
    {
        StopReason.BudgetUsed => "its budget is used",
        StopReason.EarlyExit => "it reached the early exit that was set",
        StopReason.LossAboveLimit => "its loss was above the limit at the mark",
        StopReason.Paused => "it was to pause here; started again, it goes on",
        _ => throw new ArgumentOutOfRangeException(nameof(reason)),
    };
}
