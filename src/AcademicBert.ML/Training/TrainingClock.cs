namespace AcademicBert.Training;

/// <summary>Where training time comes from: a clock, or the journal of a run that is repeated.</summary>
/// <param name="Time">The clock; injected, so that tests decide it.</param>
/// <param name="Replay">Training time after each step of another run, from the first; null: the clock's.</param>
internal sealed record TrainingClockSource(TimeProvider Time, IReadOnlyList<double>? Replay = null);

/// <summary>Counts training time: stands still while paused and goes on, after a restart, from where a checkpoint left it.</summary>
internal sealed class TrainingClock
{
    private readonly TrainingClockSource _source;
    private double _before;
    private long? _startedAt;

    /// <param name="source">Where time comes from.</param>
    /// <param name="position">Where the run stands: its time is that of earlier processes.</param>
    public TrainingClock(TrainingClockSource source, TrainingPosition position) => (_source, _before) = (source, position.Seconds);

    /// <summary>Training time so far.</summary>
    public double Seconds => _before + (_startedAt is { } start ? _source.Time.GetElapsedTime(start).TotalSeconds : 0);

    /// <summary>Training time after a step: that of the replayed run, or now.</summary>
    /// <exception cref="InvalidDataException">The replayed run has fewer steps.</exception>
    public double ReadAfterStep(long step) =>
        _source.Replay is not { } replay ? Seconds
        : step <= replay.Count ? replay[(int)step - 1]
        : throw new InvalidDataException($"The run that is replayed ended after {replay.Count} steps, this one has come to step {step}: they differ in more than the clock.");

    /// <summary>Lets the clock run.</summary>
    public void Start() => _startedAt ??= _source.Time.GetTimestamp();

    /// <summary>Stops the clock.</summary>
    public void Pause() => (_before, _startedAt) = (Seconds, null);
}
