namespace AcademicBert.Distributed;

/// <summary>Runs blocking collectives one after the other beside the training thread.</summary>
internal sealed class CollectiveQueue(RankActivity activity)
{
    private Task _last = Task.CompletedTask;

    /// <summary>Adds one; it runs when those before it are done, and not at all if one of them has failed.</summary>
    public IPendingCollective Add(Action collective)
    {
        _last = _last.IsCompletedSuccessfully ? Task.Run(collective) : _last.ContinueWith(
            before =>
            {
                before.GetAwaiter().GetResult();
                collective();
            },
            TaskScheduler.Default);
        return new Pending(_last, activity);
    }

    private sealed class Pending(Task task, RankActivity activity) : IPendingCollective
    {
        public void Wait()
        {
            using RankActivity.Scope waiting = activity.Enter(RankState.Waiting);
            task.GetAwaiter().GetResult();
        }
    }
}
