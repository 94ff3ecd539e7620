namespace AcademicBert.Training;

/// <summary>Lets another thread, such as a signal handler, steer a run. Requests are honoured after the step under way. Thread-safe.</summary>
public sealed class TrainingControl
{
    private int _stop, _checkpoint;

    /// <summary>Whether a stop was requested.</summary>
    public bool StopRequested => Volatile.Read(ref _stop) != 0;

    /// <summary>Ends the run after the step under way: with a checkpoint, and with <see cref="OperationCanceledException"/>.</summary>
    public void RequestStop() => Volatile.Write(ref _stop, 1);

    /// <summary>Writes a checkpoint after the step under way; the run goes on.</summary>
    public void RequestCheckpoint() => Volatile.Write(ref _checkpoint, 1);

    internal bool TakeCheckpointRequest() => Interlocked.Exchange(ref _checkpoint, 0) != 0;

    internal void ThrowIfStopRequested()
    {
        if (StopRequested)
            throw new OperationCanceledException("The run was stopped on request; started again, it continues.");
    }
}
