namespace AcademicBert.Distributed;

/// <summary>What a rank is at, as others judge it.</summary>
internal enum RankState : byte
{
    /// <summary>Computes; its progress must go on.</summary>
    Working,

    /// <summary>Waits for the other ranks.</summary>
    Waiting,

    /// <summary>Does something long that others wait for, such as writing a checkpoint.</summary>
    Busy,
}

/// <summary>A rank's state and progress; written by its training thread, read by its watch. Thread-safe.</summary>
internal sealed class RankActivity
{
    private long _progress;
    private int _state;

    /// <summary>Grows while the rank goes on.</summary>
    public long Progress => Volatile.Read(ref _progress);

    /// <summary>What the rank is at.</summary>
    public RankState State => (RankState)Volatile.Read(ref _state);

    /// <summary>Says that the rank goes on.</summary>
    public void Tick() => Interlocked.Increment(ref _progress);

    /// <summary>Changes the state until the result is disposed.</summary>
    public Scope Enter(RankState state)
    {
        var scope = new Scope(this, State);
        Set(state);
        return scope;
    }

    private void Set(RankState state)
    {
        Volatile.Write(ref _state, (int)state);
        Tick();
    }

    /// <summary>Returns to the state before.</summary>
    public readonly struct Scope(RankActivity activity, RankState before) : IDisposable
    {
        public void Dispose() => activity.Set(before);
    }
}
