namespace AcademicBert.Distributed.Links;

/// <summary>What rank 0 knows of a rank: when it was heard, and how long it has stood still.</summary>
internal sealed class RankVitals(RankIdentity identity, TimeProvider time)
{
    private readonly Lock _lock = new();
    private long _heard = time.GetTimestamp(), _moved = time.GetTimestamp(), _progress = -1;
    private RankState _state;

    /// <summary>The rank.</summary>
    public RankIdentity Identity { get; } = identity;

    /// <summary>Takes a sign of life.</summary>
    public void Heard(long progress, RankState state)
    {
        lock (_lock)
        {
            _heard = time.GetTimestamp();
            if (progress != _progress)
                _moved = _heard;
            (_progress, _state) = (progress, state);
        }
    }

    /// <summary>Forgets the past, after this process itself has been asleep.</summary>
    public void Restart()
    {
        lock (_lock)
            _heard = _moved = time.GetTimestamp();
    }

    /// <summary>Its state, how long ago it was heard, and how long it has stood still.</summary>
    public (RankState State, TimeSpan Silent, TimeSpan Still) Read()
    {
        lock (_lock)
            return (_state, time.GetElapsedTime(_heard), time.GetElapsedTime(_moved));
    }

    /// <summary>
    /// Judges all ranks. One that is silent hangs, or its machine does; one that stands still while another waits for it hangs too; and when
    /// all wait and nothing moves, it is the network between them.
    /// </summary>
    /// <returns>What to tell all; null while all is well.</returns>
    public static string? Judge(IReadOnlyList<RankVitals> ranks, TimeSpan timeout)
    {
        var now = ranks.Select(rank => (rank.Identity, Vitals: rank.Read())).ToList();
        foreach ((RankIdentity identity, (_, TimeSpan silent, _)) in now)
            if (silent > timeout)
                return $"{identity} has not been heard of for {silent.TotalSeconds:F0} s: the process or its machine hangs.";
        if (!now.Any(rank => rank.Vitals.State == RankState.Waiting && rank.Vitals.Still > timeout))
            return null;
        foreach ((RankIdentity identity, (RankState state, _, TimeSpan still)) in now)
            if (state == RankState.Working && still > timeout)
                return $"{identity} has made no progress for {still.TotalSeconds:F0} s while others wait for it.";
        return now.All(rank => rank.Vitals.State == RankState.Waiting && rank.Vitals.Still > timeout)
            ? $"All ranks wait for each other for more than {timeout.TotalSeconds:F0} s: the network between them does not work."
            : null;
    }
}
