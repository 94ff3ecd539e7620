namespace AcademicBert.Training;

/// <summary>One line of a run's <c>metrics.jsonl</c>: a step or a validation; what a line does not have is null.</summary>
public sealed record MetricsLine
{
    /// <summary>"step" or "validation".</summary>
    public required string Event { get; init; }

    /// <summary>Steps done.</summary>
    public required long Step { get; init; }

    /// <summary>Samples trained on.</summary>
    public required long Samples { get; init; }

    /// <summary>Training time the step's learning rate was read at, which is that before the step; with a time budget, a replay reads it again. Of a validation: training time.</summary>
    public required double Seconds { get; init; }

    /// <summary>Mean loss over the masked tokens of the step's global batch, or of the held-out samples, in nats.</summary>
    public double? Loss { get; init; }

    /// <summary>Learning rate of the step.</summary>
    public double? LearningRate { get; init; }

    /// <summary>Global norm of the step's gradient before clipping.</summary>
    public double? GradientNorm { get; init; }

    /// <summary>Samples per second of training time since the process started.</summary>
    public double? SamplesPerSecond { get; init; }

    /// <summary>Real tokens per second of training time since the process started.</summary>
    public double? TokensPerSecond { get; init; }

    /// <summary>Floating-point operations the model needs, over the most that matrix products reach on the machine: 0 to 1.</summary>
    public double? ModelFlopsUtilization { get; init; }

    /// <summary>Memory of the process, in bytes.</summary>
    public long? MemoryBytes { get; init; }

    /// <summary>Seconds a validation took.</summary>
    public double? Took { get; init; }

    /// <summary>Share of the held-out masked tokens whose most probable word is the right one.</summary>
    public double? Accuracy { get; init; }

    /// <summary>True if the step's update was skipped.</summary>
    public bool? Skipped { get; init; }
}
