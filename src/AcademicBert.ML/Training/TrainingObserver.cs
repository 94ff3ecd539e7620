using AcademicBert.Optimization;

namespace AcademicBert.Training;

/// <summary>What a step did, for whoever watches it.</summary>
/// <param name="Loss">Mean loss over the masked tokens of the global batch.</param>
/// <param name="LearningRate">Its learning rate.</param>
/// <param name="Update">The optimizer's part.</param>
/// <param name="Tokens">Real tokens.</param>
/// <param name="Flops">Floating-point operations the model needs for it.</param>
internal readonly record struct StepFigures(double Loss, double LearningRate, OptimizerStep Update, long Tokens, double Flops);

/// <summary>Where an observer writes to; each may be absent.</summary>
internal sealed record TrainingRecords(IProgress<TrainingProgress>? Progress, MetricsLog? Metrics, TensorBoardLog? TensorBoard);

/// <summary>Tells everyone who wants to know how a run goes: the progress callback, the journal, TensorBoard.</summary>
internal sealed class TrainingObserver(TrainingBudget budget, TrainingPosition start, double peakFlops, TrainingRecords records)
{
    private TrainingProgress? _latest;
    private double _tokens, _flops, _peakFlops = peakFlops;

    /// <summary>Time spent beside training.</summary>
    public TrainingOverhead Overhead { get; private set; }

    /// <summary>Reports an optimizer step.</summary>
    public void Stepped(TrainingPosition before, TrainingState after, StepFigures figures)
    {
        TrainingPosition position = after.Position;
        double seconds = position.Seconds - start.Seconds;
        double done = position.In(budget.Unit) - start.In(budget.Unit), left = Math.Max(0, budget.Amount - position.In(budget.Unit));
        _tokens += figures.Tokens;
        _flops += figures.Flops;
        // Measured while the machine was busy, the peak is too low: what training itself reaches, products reach.
        _peakFlops = seconds > 0 ? Math.Max(_peakFlops, _flops / seconds) : _peakFlops;
        _latest = new TrainingProgress
        {
            Position = position,
            Fraction = Math.Min(1, position.Fraction(budget)),
            Loss = figures.Loss,
            LearningRate = figures.LearningRate,
            GradientNorm = figures.Update.GradientNorm,
            Skipped = !figures.Update.Applied,
            SamplesPerSecond = seconds > 0 ? (position.Samples - start.Samples) / seconds : 0,
            TokensPerSecond = seconds > 0 ? _tokens / seconds : 0,
            ModelFlopsUtilization = seconds > 0 ? _flops / seconds / _peakFlops : 0,
            MemoryBytes = Environment.WorkingSet,
            Overhead = Overhead,
            TimeLeft = TimeSpan.FromSeconds(done > 0 ? Math.Min(left / done * seconds, 1e9) : 0),
            Validation = after.LastValidation,
        };
        records.Progress?.Report(_latest);
        records.TensorBoard?.Stepped(_latest);
        records.Metrics?.Write(new MetricsLine
        {
            Event = "step",
            Step = position.Steps,
            Samples = position.Samples,
            Seconds = before.Seconds,
            Loss = figures.Loss,
            LearningRate = figures.LearningRate,
            GradientNorm = figures.Update.GradientNorm,
            SamplesPerSecond = _latest.SamplesPerSecond,
            TokensPerSecond = _latest.TokensPerSecond,
            ModelFlopsUtilization = _latest.ModelFlopsUtilization,
            MemoryBytes = _latest.MemoryBytes,
            Skipped = figures.Update.Applied ? null : true,
        });
    }

    /// <summary>Reports a validation.</summary>
    public void Validated(TrainingState state, TimeSpan took)
    {
        ValidationScore score = state.LastValidation!.Value;
        Overhead = Overhead with { Validation = Overhead.Validation + took };
        if (_latest is not null)
            records.Progress?.Report(_latest with { Validation = score, IsValidation = true, Overhead = Overhead });
        records.TensorBoard?.Validated(score, state.Position.Steps);
        records.Metrics?.Write(new MetricsLine
        {
            Event = "validation",
            Step = state.Position.Steps,
            Samples = state.Position.Samples,
            Seconds = state.Position.Seconds,
            Loss = score.Loss,
            Accuracy = score.Accuracy,
            Took = took.TotalSeconds,
        });
    }

    /// <summary>Takes note of another measurement of the peak: the machine may have been busy at the one before.</summary>
    public void Remeasured(double peakFlops) => _peakFlops = Math.Max(_peakFlops, peakFlops);

    /// <summary>Counts time that training waited for a checkpoint.</summary>
    public void Saved(TimeSpan took) => Overhead = Overhead with { Checkpoints = Overhead.Checkpoints + took };
}
