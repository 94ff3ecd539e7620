namespace AcademicBert.Training;

/// <summary>What a validation found.</summary>
/// <param name="Loss">Mean -log p over all masked tokens of the held-out samples, in nats.</param>
/// <param name="Accuracy">Share of the masked tokens whose most probable word is the right one.</param>
/// <param name="MaskedTokens">Number of masked tokens.</param>
/// <param name="NextSentenceAccuracy">Share of the sentence pairs that are judged rightly; null for single sequences.</param>
public readonly record struct ValidationScore(double Loss, double Accuracy, long MaskedTokens, double? NextSentenceAccuracy = null);

/// <summary>State of a training run after an optimizer step or a validation.</summary>
public sealed record TrainingProgress
{
    /// <summary>Position in the run.</summary>
    public required TrainingPosition Position { get; init; }

    /// <summary>Share of the budget that is used, 0 to 1.</summary>
    public required double Fraction { get; init; }

    /// <summary>Mean loss over all masked tokens of the step's global batch, in nats; with sentence pairs, plus the mean loss of judging them.</summary>
    public required double Loss { get; init; }

    /// <summary>Learning rate of the step.</summary>
    public required double LearningRate { get; init; }

    /// <summary>Global norm of the step's gradient before clipping.</summary>
    public required double GradientNorm { get; init; }

    /// <summary>Whether the update was skipped because the gradient was not finite.</summary>
    public bool Skipped { get; init; }

    /// <summary>Samples per second of training time in this process, data loading included.</summary>
    public required double SamplesPerSecond { get; init; }

    /// <summary>Real tokens per second of training time in this process.</summary>
    public double TokensPerSecond { get; init; }

    /// <summary>
    /// Floating-point operations the model needs a second, over the most that matrix products of its type reach on this machine, measured
    /// at the start, or that training itself has reached since: 0 to 1.
    /// </summary>
    public double ModelFlopsUtilization { get; init; }

    /// <summary>Memory of the process, in bytes.</summary>
    public long MemoryBytes { get; init; }

    /// <summary>Time that validation and checkpoints have taken in this process, apart from training.</summary>
    public TrainingOverhead Overhead { get; init; }

    /// <summary>Expected time to the end of the budget at the rate so far.</summary>
    public required TimeSpan TimeLeft { get; init; }

    /// <summary>The latest validation; null before the first.</summary>
    public ValidationScore? Validation { get; init; }

    /// <summary>Whether <see cref="Validation"/> was made after this step.</summary>
    public bool IsValidation { get; init; }
}
