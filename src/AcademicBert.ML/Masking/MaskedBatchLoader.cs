using System.Runtime.ExceptionServices;

namespace AcademicBert.Masking;

/// <summary>
/// Assembles batches ahead on background threads, into buffers that are used again and again. Batches come in the order
/// of the plan, whatever the number of threads. One consumer; an error of a background thread surfaces in <see cref="TryNext"/>.
/// </summary>
internal sealed class MaskedBatchLoader : IDisposable
{
    private readonly Lock _planLock = new();
    private readonly object _slotsLock = new();
    private readonly MaskedBatchReader _reader;
    private readonly IEnumerator<BatchRange> _plan;
    private readonly MaskedBatch[] _slots;
    private readonly long[] _ready;
    private readonly Thread[] _threads;
    private long _planned, _consumed, _end = long.MaxValue;
    private bool _holding, _stopped;
    private ExceptionDispatchInfo? _failure;

    /// <summary>Starts to read ahead.</summary>
    /// <param name="reader">Reads the batches; its store must stay open until this loader is disposed.</param>
    /// <param name="plan">The batches to read; may be endless, see <see cref="BatchRange"/>.</param>
    /// <param name="capacity">Most rows of a batch.</param>
    /// <param name="depth">Number of buffers, at least 2; default 4.</param>
    /// <param name="threads">Number of background threads; default 1, which assembles several hundred thousand samples a second.</param>
    public MaskedBatchLoader(MaskedBatchReader reader, IEnumerable<BatchRange> plan, int capacity, int depth = 4, int threads = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(depth, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        _reader = reader;
        _plan = plan.GetEnumerator();
        _slots = new MaskedBatch[depth];
        _ready = new long[depth];
        for (int i = 0; i < depth; i++)
            (_slots[i], _ready[i]) = (reader.MakeBatch(capacity), -1);
        _threads = new Thread[Math.Min(threads, depth - 1)];
        for (int i = 0; i < _threads.Length; i++)
        {
            _threads[i] = new Thread(ReadAhead) { IsBackground = true, Name = $"Masked batches {i}" };
            _threads[i].Start();
        }
    }

    /// <summary>Waits for the next batch. It belongs to the caller until the next call, then its buffer is used again.</summary>
    /// <returns>False at the end of the plan.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled while waiting.</exception>
    public bool TryNext([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out MaskedBatch? batch, CancellationToken cancellationToken = default)
    {
        using CancellationTokenRegistration wake = cancellationToken.Register(Wake);
        lock (_slotsLock)
        {
            if (_holding)
            {
                _holding = false;
                _consumed++;
                Monitor.PulseAll(_slotsLock);
            }

            int slot = (int)(_consumed % _slots.Length);
            while (true)
            {
                ObjectDisposedException.ThrowIf(_stopped, this);
                cancellationToken.ThrowIfCancellationRequested();
                if (_ready[slot] == _consumed)
                {
                    _holding = true;
                    batch = _slots[slot];
                    return true;
                }

                _failure?.Throw();
                if (_consumed >= _end)
                {
                    batch = null;
                    return false;
                }

                Monitor.Wait(_slotsLock);
            }
        }
    }

    /// <summary>Stops the background threads and waits for them.</summary>
    public void Dispose()
    {
        lock (_slotsLock)
        {
            if (_stopped)
                return;
            _stopped = true;
            Monitor.PulseAll(_slotsLock);
        }

        foreach (Thread thread in _threads)
            thread.Join();
        _plan.Dispose();
    }

    private void ReadAhead()
    {
        try
        {
            while (TakeFromPlan(out long number, out BatchRange range))
            {
                int slot = (int)(number % _slots.Length);
                lock (_slotsLock)
                {
                    while (!_stopped && _failure is null && number >= _consumed + _slots.Length)
                        Monitor.Wait(_slotsLock);
                    if (_stopped || _failure is not null)
                        return;
                }

                _reader.Read(range.Position, range.Rows, _slots[slot]);
                lock (_slotsLock)
                {
                    _ready[slot] = number;
                    Monitor.PulseAll(_slotsLock);
                }
            }
        }
        catch (Exception exception)
        {
            lock (_slotsLock)
            {
                _failure ??= ExceptionDispatchInfo.Capture(exception);
                Monitor.PulseAll(_slotsLock);
            }
        }
    }

    private bool TakeFromPlan(out long number, out BatchRange range)
    {
        lock (_planLock)
        {
            number = _planned;
            if (_end == long.MaxValue && _plan.MoveNext())
            {
                _planned++;
                range = _plan.Current;
                return true;
            }

            range = default;
        }

        lock (_slotsLock)
        {
            _end = number;
            Monitor.PulseAll(_slotsLock);
        }

        return false;
    }

    private void Wake()
    {
        lock (_slotsLock)
            Monitor.PulseAll(_slotsLock);
    }
}
