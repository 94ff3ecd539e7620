using System.Collections.Concurrent;
using AcademicBert.Training;

namespace AcademicBert.Tests.Training;

[TestClass]
public sealed class SideBySideTests
{
    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public void ForEach_Items_AreEachDoneOnceAndNoMoreThanAskedForAtOnce(int count)
    {
        var done = new ConcurrentBag<int>();
        int now = 0, most = 0;
        SideBySide.ForEach(Enumerable.Range(0, 50).ToList(), count, (item, _) =>
        {
            int running = Interlocked.Increment(ref now);
            InterlockedMax(ref most, running);
            done.Add(item);
            Interlocked.Decrement(ref now);
        }, CancellationToken.None);
        Assert.AreSequenceEqual(Enumerable.Range(0, 50), done.Order());
        Assert.IsInRange(1, count, most);
    }

    [TestMethod]
    public void ForEach_AnError_StopsTheOthersAndIsTheOneThatIsThrown()
    {
        using var othersRun = new CountdownEvent(1);
        Assert.ThrowsExactly<InvalidDataException>(() => SideBySide.ForEach([0, 1], 2, (item, stop) =>
        {
            if (item == 0)
            {
                othersRun.Wait(CancellationToken.None);
                throw new InvalidDataException();
            }

            othersRun.Signal();
            stop.WaitHandle.WaitOne();
            stop.ThrowIfCancellationRequested();
        }, CancellationToken.None));
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    public void ForEach_CancelledByTheCaller_StopsAll(int count)
    {
        using var source = new CancellationTokenSource();
        int begun = 0;
        Assert.Throws<OperationCanceledException>(() => SideBySide.ForEach(Enumerable.Range(0, 1000).ToList(), count, (_, stop) =>
        {
            if (Interlocked.Increment(ref begun) == 5)
                source.Cancel();
            stop.ThrowIfCancellationRequested();
        }, source.Token));
        Assert.IsLessThan(1000, begun);
    }

    [TestMethod]
    [DataRow(8, 2, 4)]
    [DataRow(2, 4, 1)]
    [DataRow(5, 2, 2)]
    public void Threads_OfAll_AreSharedAndAtLeastOne(int all, int count, int each) => Assert.AreEqual(each, SideBySide.Threads(all, count));

    private static void InterlockedMax(ref int most, int value)
    {
        for (int seen = Volatile.Read(ref most); value > seen; seen = Volatile.Read(ref most))
            Interlocked.CompareExchange(ref most, value, seen);
    }
}
