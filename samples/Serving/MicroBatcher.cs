using System.Threading.Channels;

namespace AcademicBert.Serving;

/// <summary>
/// Answers concurrent questions together: whatever has arrived while the last batch was computed is the next one, so that a lone
/// question never waits and a crowd shares the work.
/// </summary>
/// <param name="answer">Answers a batch, in its order.</param>
/// <param name="largestBatch">Most questions of a batch.</param>
/// <param name="longestQueue">Most questions that wait; further ones wait to be let in.</param>
public sealed class MicroBatcher<TQuestion, TAnswer> : IAsyncDisposable
{
    private readonly Channel<Pending> _queue;
    private readonly Func<IReadOnlyList<TQuestion>, IReadOnlyList<TAnswer>> _answer;
    private readonly int _largestBatch;
    private readonly Task _worker;
    private long _answered, _batches;

    public MicroBatcher(Func<IReadOnlyList<TQuestion>, IReadOnlyList<TAnswer>> answer, int largestBatch = 256, int longestQueue = 4096)
    {
        (_answer, _largestBatch) = (answer, largestBatch);
        _queue = Channel.CreateBounded<Pending>(new BoundedChannelOptions(longestQueue) { SingleReader = true });
        _worker = Task.Run(WorkAsync);
    }

    /// <summary>Questions answered so far.</summary>
    public long Answered => Interlocked.Read(ref _answered);

    /// <summary>Batches they came in.</summary>
    public long Batches => Interlocked.Read(ref _batches);

    /// <summary>Asks a question.</summary>
    public async Task<TAnswer> AskAsync(TQuestion question, CancellationToken cancelled)
    {
        var pending = new Pending(question, new TaskCompletionSource<TAnswer>(TaskCreationOptions.RunContinuationsAsynchronously), cancelled);
        await _queue.Writer.WriteAsync(pending, cancelled);
        return await pending.Answer.Task.WaitAsync(cancelled);
    }

    /// <summary>Answers what is still waiting, and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _worker;
    }

    private async Task WorkAsync()
    {
        var batch = new List<Pending>(_largestBatch);
        while (await _queue.Reader.WaitToReadAsync())
        {
            batch.Clear();
            while (batch.Count < _largestBatch && _queue.Reader.TryRead(out Pending pending))
                if (!pending.Cancelled.IsCancellationRequested)
                    batch.Add(pending);
            if (batch.Count > 0)
                Answer(batch);
        }
    }

    private void Answer(List<Pending> batch)
    {
        try
        {
            IReadOnlyList<TAnswer> answers = _answer([.. batch.Select(pending => pending.Question)]);
            for (int i = 0; i < batch.Count; i++)
                batch[i].Answer.SetResult(answers[i]);
        }
        catch (Exception error)
        {
            foreach (Pending pending in batch)
                pending.Answer.TrySetException(error);
        }

        Interlocked.Add(ref _answered, batch.Count);
        Interlocked.Increment(ref _batches);
    }

    private readonly record struct Pending(TQuestion Question, TaskCompletionSource<TAnswer> Answer, CancellationToken Cancelled);
}
