using AcademicBert.Optimization;

namespace AcademicBert.Training;

/// <summary>Tells everyone who wants to know how a run goes: the progress callback and the journal.</summary>
internal sealed class TrainingObserver(TrainingBudget budget, TrainingPosition start, IProgress<TrainingProgress>? progress, MetricsLog? metrics)
{
    private TrainingProgress? _latest;

    /// <summary>Reports an optimizer step.</summary>
    public void Stepped(TrainingPosition before, TrainingState after, double loss, double learningRate, OptimizerStep step)
    {
        TrainingPosition position = after.Position;
        double seconds = position.Seconds - start.Seconds;
        double done = position.In(budget.Unit) - start.In(budget.Unit), left = Math.Max(0, budget.Amount - position.In(budget.Unit));
        _latest = new TrainingProgress
        {
            Position = position,
            Fraction = Math.Min(1, position.Fraction(budget)),
            Loss = loss,
            LearningRate = learningRate,
            GradientNorm = step.GradientNorm,
            Skipped = !step.Applied,
            SamplesPerSecond = seconds > 0 ? (position.Samples - start.Samples) / seconds : 0,
            TimeLeft = TimeSpan.FromSeconds(done > 0 ? Math.Min(left / done * seconds, 1e9) : 0),
            Validation = after.LastValidation,
        };
        progress?.Report(_latest);
        metrics?.Write(new MetricsLine
        {
            Event = "step",
            Step = position.Steps,
            Samples = position.Samples,
            Seconds = before.Seconds,
            Loss = loss,
            LearningRate = learningRate,
            GradientNorm = step.GradientNorm,
            SamplesPerSecond = _latest.SamplesPerSecond,
            Skipped = step.Applied ? null : true,
        });
    }

    /// <summary>Reports a validation.</summary>
    public void Validated(TrainingState state)
    {
        ValidationScore score = state.LastValidation!.Value;
        if (_latest is not null)
            progress?.Report(_latest with { Validation = score, IsValidation = true });
        metrics?.Write(new MetricsLine
        {
            Event = "validation",
            Step = state.Position.Steps,
            Samples = state.Position.Samples,
            Seconds = state.Position.Seconds,
            Loss = score.Loss,
            Accuracy = score.Accuracy,
        });
    }
}
