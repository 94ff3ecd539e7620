using System.Runtime.ExceptionServices;

namespace AcademicBert.Corpus;

/// <summary>
/// Takes items one after the other, works on them on several threads, and delivers the results one after the other in
/// the order of the items. Holds a bounded number of items; the first error stops everything.
/// </summary>
/// <typeparam name="TItem">What is taken.</typeparam>
/// <typeparam name="TResult">What is made of it.</typeparam>
internal sealed class OrderedPipeline<TItem, TResult>(
    IEnumerator<TItem> items, Func<TItem, TResult> work, Action<TResult> deliver, int threads, CancellationToken cancellationToken)
{
    private readonly Lock _takeLock = new();
    private readonly object _deliverLock = new();
    private readonly Dictionary<long, TResult> _waiting = [];
    private readonly int _ahead = 2 * threads + 2;
    private long _taken, _delivered;
    private bool _delivering;
    private volatile ExceptionDispatchInfo? _failure;

    /// <summary>Runs to the end of the items, on this thread and <c>threads - 1</c> others.</summary>
    public void Run()
    {
        Thread[] helpers = new Thread[threads - 1];
        for (int i = 0; i < helpers.Length; i++)
        {
            helpers[i] = new Thread(Work) { IsBackground = true, Name = $"Corpus {i + 1}" };
            helpers[i].Start();
        }

        Work();
        foreach (Thread helper in helpers)
            helper.Join();
        _failure?.Throw();
    }

    private void Work()
    {
        try
        {
            while (_failure is null && TryTake(out long number, out TItem item))
            {
                TResult result = work(item);
                Hand(number, result);
            }
        }
        catch (Exception exception)
        {
            Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(exception), null);
            lock (_deliverLock)
                Monitor.PulseAll(_deliverLock);
        }
    }

    private bool TryTake(out long number, out TItem item)
    {
        lock (_takeLock)
        {
            cancellationToken.ThrowIfCancellationRequested();
            bool any = items.MoveNext();
            (number, item) = (_taken, any ? items.Current : default!);
            _taken += any ? 1 : 0;
            return any;
        }
    }

    private void Hand(long number, TResult result)
    {
        lock (_deliverLock)
        {
            while (number >= _delivered + _ahead && _failure is null)
                Monitor.Wait(_deliverLock);
            _waiting.Add(number, result);
            if (_delivering)
                return;
            _delivering = true;
        }

        // Whoever finds nobody delivering does it for all; the others go on working meanwhile.
        while (_failure is null)
        {
            TResult? next;
            lock (_deliverLock)
            {
                if (!_waiting.Remove(_delivered, out next))
                {
                    _delivering = false;
                    return;
                }
            }

            deliver(next);
            lock (_deliverLock)
            {
                _delivered++;
                Monitor.PulseAll(_deliverLock);
            }
        }
    }
}
