using AcademicBert.Training;

namespace AcademicBert.Pretraining;

/// <summary>What a pretraining run made.</summary>
public sealed class PretrainingResult : IDisposable
{
    internal PretrainingResult(PretrainedBert model, TrainingState end, TrainingOverhead overhead)
    {
        (Model, Position, Loss, Validation, StopReason) = (model, end.Position, end.LastLoss, end.LastValidation, end.Ended ?? StopReason.Paused);
        Overhead = overhead;
        BestValidation = end.BestLoss is { } loss ? (loss, end.BestStep) : null;
    }

    /// <summary>The trained model; disposed with this result.</summary>
    public PretrainedBert Model { get; }

    /// <summary>Steps, samples and training time.</summary>
    public TrainingPosition Position { get; }

    /// <summary>Why the run ended.</summary>
    public StopReason StopReason { get; }

    /// <summary>Time that validation and checkpoints took in this process, beside training.</summary>
    public TrainingOverhead Overhead { get; }

    /// <summary>Training loss of the last step; null if its update was skipped.</summary>
    public double? Loss { get; }

    /// <summary>Held-out loss and accuracy at the end; null if the corpus holds nothing out.</summary>
    public ValidationScore? Validation { get; }

    /// <summary>The lowest held-out loss of the run, and the step it was measured after; null if the corpus holds nothing out.</summary>
    public (double Loss, long Step)? BestValidation { get; }

    /// <inheritdoc/>
    public void Dispose() => Model.Dispose();
}
