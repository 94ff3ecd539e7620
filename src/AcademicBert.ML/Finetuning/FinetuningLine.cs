namespace AcademicBert.Finetuning;

/// <summary>One line of a fine-tuning run's <c>finetuning.jsonl</c>: a step, an epoch, or its end; what a line does not have is null.</summary>
public sealed record FinetuningLine
{
    /// <summary>The <see cref="Measure"/> of numbers.</summary>
    public const string NegativeMeanSquaredError = "negative mean squared error";

    /// <summary>"step", "epoch", or "end": what became of the model when all epochs were done.</summary>
    public required string Event { get; init; }

    /// <summary>The epoch, from 1; at the end the one that was kept, null where the last one was because there are no rows to validate.</summary>
    public int? Epoch { get; init; }

    /// <summary>Optimizer steps done.</summary>
    public required long Step { get; init; }

    /// <summary>Mean training loss of the step, or of the epoch.</summary>
    public double? Loss { get; init; }

    /// <summary>Learning rate of the step.</summary>
    public double? LearningRate { get; init; }

    /// <summary>Name of what <see cref="Score"/> is: accuracy, entity F1 or <see cref="NegativeMeanSquaredError"/>.</summary>
    public string? Measure { get; init; }

    /// <summary>How well the epoch did on the rows to validate, larger is better; null without any.</summary>
    public double? Score { get; init; }

    /// <summary>Rows trained on per second, over the epoch.</summary>
    public double? RowsPerSecond { get; init; }

    /// <summary>What the logits are divided by so that probabilities are calibrated; null: they were not.</summary>
    public double? Temperature { get; init; }
}
