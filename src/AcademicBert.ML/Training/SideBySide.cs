using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace AcademicBert.Training;

/// <summary>Works on several things at once, begun in their order.</summary>
internal static class SideBySide
{
    /// <summary>Does the work for each item; the first error stops the rest and is thrown.</summary>
    /// <param name="items">The items.</param>
    /// <param name="count">How many are worked on at once; 1: one after another on the calling thread.</param>
    /// <param name="work">The work; its token is cancelled by the caller's, and by the error of another.</param>
    /// <param name="cancellationToken">Stops all.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static void ForEach<T>(IReadOnlyCollection<T> items, int count, Action<T, CancellationToken> work, CancellationToken cancellationToken)
    {
        if (count == 1)
        {
            foreach (T item in items)
            {
                cancellationToken.ThrowIfCancellationRequested();
                work(item, cancellationToken);
            }

            return;
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        ExceptionDispatchInfo? first = null;
        try
        {
            // Without buffering, so that items are begun in their order.
            Parallel.ForEach(Partitioner.Create(items, EnumerablePartitionerOptions.NoBuffering), new ParallelOptions { MaxDegreeOfParallelism = count, CancellationToken = stop.Token }, item =>
            {
                try
                {
                    work(item, stop.Token);
                }
                catch (Exception error)
                {
                    Interlocked.CompareExchange(ref first, ExceptionDispatchInfo.Capture(error), null);
                    stop.Cancel();
                    throw;
                }
            });
        }
        catch (Exception) when (first is not null)
        {
            first.Throw();
        }
    }

    /// <summary>The share of the processor's threads for each of several that work at once.</summary>
    /// <param name="threads">Threads of all together; 0: all the processor has.</param>
    /// <param name="count">How many work at once.</param>
    public static int Threads(int threads, int count) => Math.Max(1, (threads == 0 ? Environment.ProcessorCount : threads) / count);
}
