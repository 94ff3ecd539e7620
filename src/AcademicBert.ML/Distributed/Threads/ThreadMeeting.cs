namespace AcademicBert.Distributed.Threads;

/// <summary>A place where the threads of a group meet and show each other something.</summary>
internal sealed class ThreadMeeting
{
    private readonly Failure _failure;
    private readonly object _lock = new();
    private object?[] _shown;
    private int _here;

    /// <param name="size">Number of threads.</param>
    public ThreadMeeting(int size) => (_shown, _failure) = (new object?[size], new Failure());

    /// <summary>A second place of the same threads: a failure ends both.</summary>
    public ThreadMeeting(ThreadMeeting other)
    {
        (_shown, _failure) = (new object?[other.Size], other._failure);
        other._failure.Token.Register(Wake);
    }

    /// <summary>Number of threads.</summary>
    public int Size => _shown.Length;

    /// <summary>Cancelled when one has failed.</summary>
    public CancellationToken Failed => _failure.Token;

    /// <summary>Waits for all threads.</summary>
    /// <returns>What each has shown.</returns>
    /// <exception cref="RankFailedException">One has failed.</exception>
    public object[] Exchange(int rank, object shown)
    {
        lock (_lock)
        {
            object?[] round = _shown;
            round[rank] = shown;
            if (++_here == Size)
            {
                (_shown, _here) = (new object?[Size], 0);
                Monitor.PulseAll(_lock);
                return round!;
            }

            while (ReferenceEquals(round, _shown))
            {
                ThrowIfFailed();
                Monitor.Wait(_lock);
            }

            return round!;
        }
    }

    /// <summary>Ends all meetings; the first reason counts.</summary>
    public void Fail(string reason)
    {
        if (!_failure.Set(reason))
            return;
        Wake();
    }

    /// <summary>Throws if a thread has failed.</summary>
    public void ThrowIfFailed()
    {
        if (_failure.Reason is { } reason)
            throw new RankFailedException(reason);
    }

    private void Wake()
    {
        lock (_lock)
            Monitor.PulseAll(_lock);
    }

    private sealed class Failure
    {
        private readonly CancellationTokenSource _source = new();
        private string? _reason;

        public string? Reason => Volatile.Read(ref _reason);

        public CancellationToken Token => _source.Token;

        public bool Set(string reason)
        {
            if (Interlocked.CompareExchange(ref _reason, reason, null) is not null)
                return false;
            _source.Cancel();
            return true;
        }
    }
}
