using AcademicBert.Distributed;
using AcademicBert.Distributed.Threads;

namespace AcademicBert.Tests.Distributed;

/// <summary>Runs work on ranks that are threads.</summary>
internal static class ThreadRanks
{
    /// <summary>Runs <paramref name="work"/> on every rank; what a rank throws ends the others, and the first error is thrown.</summary>
    public static T[] Run<T>(int size, Func<ProcessGroup, T> work)
    {
        ProcessGroup[] ranks = ThreadGroup.Create(size);
        var results = new T[size];
        var errors = new Exception?[size];
        Thread[] threads = [.. ranks.Select((rank, i) => new Thread(() =>
        {
            try
            {
                results[i] = work(rank);
            }
            catch (Exception error)
            {
                errors[i] = error;
                rank.Abandon(error);
            }
        }))];
        foreach (Thread thread in threads)
            thread.Start();
        foreach (Thread thread in threads)
            thread.Join();
        Exception? first = errors.FirstOrDefault(error => error is not null and not RankFailedException) ?? errors.FirstOrDefault(error => error is not null);
        if (first is not null)
            throw first;
        return results;
    }
}
