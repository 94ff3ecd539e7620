using AcademicBert.Modeling;
using AcademicBert.Pretraining;
using AcademicBert.Training;

namespace AcademicBert.Benchmarks.Train;

/// <summary>What the runs train.</summary>
internal sealed record TrainSettings
{
    public required string Text { get; init; }

    public required string Vocabulary { get; init; }

    public required int Layers { get; init; }

    public required int Hidden { get; init; }

    public required int Heads { get; init; }

    public required int FeedForward { get; init; }

    public required int Batch { get; init; }

    public required int Length { get; init; }

    /// <summary>Steps of a run.</summary>
    public required int Steps { get; init; }

    public required int Rounds { get; init; }

    /// <summary>A run of these steps, with a validation in the middle and no checkpoint before the end.</summary>
    public PretrainingOptions Options => new()
    {
        Model = new BertConfig { HiddenSize = Hidden, Layers = Layers, Heads = Heads, IntermediateSize = FeedForward, MaxPositions = Length },
        Budget = TrainingBudget.Steps(Steps),
        BatchSize = Batch,
        MicroBatchSize = Batch,
        Validation = new ValidationPlan { Interval = 0.5, EarlyInterval = 0, MaxSamples = 2 * Batch },
    };
}
