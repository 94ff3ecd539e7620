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
