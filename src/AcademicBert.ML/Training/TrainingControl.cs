using AcademicBert.Distributed;

namespace AcademicBert.Training;

/// <summary>Lets another thread, such as a signal handler, steer a run. Requests are honoured after the step under way. Thread-safe.</summary>
public sealed class TrainingControl
{
    private readonly CancellationTokenSource _stop = new();
    private int _checkpoint;

    /// <summary>
    /// Where the run pauses: there the held-out loss is measured, a checkpoint written and the run ends with <see cref="StopReason.Paused"/>.
    /// Started again with a later mark or none, it goes on as if it had not paused. Default null: nowhere.
    /// </summary>
    public TrainingBudget? PauseAt { get; init; }

    /// <summary>Whether a stop was requested.</summary>
    public bool StopRequested => _stop.IsCancellationRequested;

    /// <summary>Cancelled when a stop is requested: for what can be broken off and made up for.</summary>
    internal CancellationToken Stop => _stop.Token;

    /// <summary>
    /// Ends the run after the step under way, or in the middle of a validation, which is made up for when the run goes on (with several ranks: after it):
    /// with a checkpoint, and with <see cref="OperationCanceledException"/>.
    /// </summary>
    public void RequestStop() => _stop.Cancel();

    /// <summary>Writes a checkpoint after the step under way; the run goes on.</summary>
    public void RequestCheckpoint() => Volatile.Write(ref _checkpoint, 1);

    /// <summary>Collective: what was requested of any rank since the last call, and whether rank 0 finds a checkpoint due.</summary>
    internal Requests Agree(ProcessGroup ranks, bool checkpointDue, CancellationToken cancellationToken)
    {
        bool stop = StopRequested || (ranks.Size > 1 && cancellationToken.IsCancellationRequested);
        Span<double> asked = [stop ? 1 : 0, Interlocked.Exchange(ref _checkpoint, 0) + (checkpointDue ? 1 : 0)];
        ranks.Sum(asked);
        if (asked[0] > 0)
            RequestStop();
        return new Requests(asked[0] > 0, asked[1] > 0);
    }
}

/// <summary>What all ranks were asked for.</summary>
/// <param name="Stop">To end the run.</param>
/// <param name="Checkpoint">To write a checkpoint.</param>
internal readonly record struct Requests(bool Stop, bool Checkpoint)
{
    public void ThrowIfStop()
    {
        if (Stop)
            throw new OperationCanceledException("The run was stopped on request; started again, it continues.");
    }
}
