namespace AcademicBert.Training;

/// <summary>Counts training time: stands still while paused and goes on, after a restart, from where a checkpoint left it.</summary>
internal sealed class TrainingClock
{
    private readonly TimeProvider _time;
    private double _before;
    private long? _startedAt;

    /// <param name="time">The source of time; injected so that tests and replays decide it.</param>
    /// <param name="secondsBefore">Training time of earlier processes of this run.</param>
    public TrainingClock(TimeProvider time, double secondsBefore = 0) => (_time, _before) = (time, secondsBefore);

    /// <summary>Training time so far.</summary>
    public double Seconds => _before + (_startedAt is { } start ? _time.GetElapsedTime(start).TotalSeconds : 0);

    /// <summary>Lets the clock run.</summary>
    public void Start() => _startedAt ??= _time.GetTimestamp();

    /// <summary>Stops the clock.</summary>
    public void Pause() => (_before, _startedAt) = (Seconds, null);
}
