namespace AcademicBert.Serving.Tests;

[TestClass]
public sealed class MicroBatcherTests
{
    [TestMethod]
    public async Task AskAsync_WhileABatchIsComputed_GathersTheNextOne()
    {
        using var release = new ManualResetEventSlim();
        var sizes = new List<int>();
        await using var batcher = new MicroBatcher<int, int>(
            questions =>
            {
                sizes.Add(questions.Count);
                release.Wait();
                return [.. questions.Select(question => question * 2)];
            },
            largestBatch: 4);
        Task<int> first = batcher.AskAsync(1, CancellationToken.None);
        while (sizes.Count == 0)
            await Task.Yield();
        Task<int>[] others = [.. Enumerable.Range(2, 5).Select(question => batcher.AskAsync(question, CancellationToken.None))];
        release.Set();
        Assert.AreEqual(2, await first);
        Assert.AreSequenceEqual([4, 6, 8, 10, 12], await Task.WhenAll(others));
        Assert.AreSequenceEqual([1, 4, 1], sizes);
    }

    [TestMethod]
    public async Task AskAsync_BatchFails_TellsItsQuestionsAndGoesOn()
    {
        await using var batcher = new MicroBatcher<int, int>(questions => questions.Contains(0) ? throw new InvalidOperationException("zero") : questions);
        await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => batcher.AskAsync(0, CancellationToken.None));
        Assert.AreEqual(5, await batcher.AskAsync(5, CancellationToken.None));
    }
}
