namespace AcademicBert.Distributed.Threads;

/// <summary>Ranks that are threads of this process and read each other's memory.</summary>
internal sealed class ThreadGroup : ProcessGroup
{
    private readonly ThreadMeeting _meeting;
    private readonly ThreadBuffers _buffers;

    // Buffers travel beside the training thread, which may meet the others meanwhile.
    private ThreadGroup(ThreadMeeting meeting, ThreadMeeting buffersMeeting, int rank)
    {
        (_meeting, Rank) = (meeting, rank);
        _buffers = new ThreadBuffers(this, buffersMeeting);
    }

    public override int Rank { get; }

    public override int Size => _meeting.Size;

    internal override BufferCollectives HostBuffers => _buffers;

    internal override CancellationToken Failed => _meeting.Failed;

    /// <summary>Makes the ranks of a group; each belongs to a thread of its own.</summary>
    public static ProcessGroup[] Create(int size)
    {
        var meeting = new ThreadMeeting(size);
        var buffersMeeting = new ThreadMeeting(meeting);
        return [.. Enumerable.Range(0, size).Select(rank => new ThreadGroup(meeting, buffersMeeting, rank))];
    }

    public override void Abandon(Exception reason) => _meeting.Fail($"Rank {Rank} failed: {reason.Message}");

    internal override void ThrowIfFailed() => _meeting.ThrowIfFailed();

    internal override void Sum(Span<double> values)
    {
        double[] mine = values.ToArray();
        object[] all = _meeting.Exchange(Rank, mine);
        values.Clear();
        foreach (double[] theirs in all)
            for (int i = 0; i < values.Length; i++)
                values[i] += theirs[i];
    }

    internal override void Broadcast(Span<byte> bytes)
    {
        object[] all = _meeting.Exchange(Rank, IsRoot ? bytes.ToArray() : []);
        ((byte[])all[0]).CopyTo(bytes);
    }

    private sealed unsafe class ThreadBuffers(ThreadGroup group, ThreadMeeting meeting) : BufferCollectives
    {
        private readonly CollectiveQueue _queue = new(group.Activity);

        public override IPendingCollective ReduceScatter(nint buffer, long count, BufferType type) => _queue.Add(() =>
        {
            nint offset = (nint)(group.Rank * count * BytesOf(type));
            RankSum.Sum(buffer + offset, [.. Meet(buffer).Select(theirs => theirs + offset)], count, type);
            Meet(buffer);
        });

        public override IPendingCollective AllGather(nint buffer, long count, BufferType type) => _queue.Add(() =>
        {
            nint bytes = (nint)(count * BytesOf(type));
            nint[] all = Meet(buffer);
            for (int rank = 0; rank < all.Length; rank++)
                if (rank != group.Rank)
                    Copy(all[rank] + rank * bytes, buffer + rank * bytes, bytes);
            Meet(buffer);
        });

        public override IPendingCollective Broadcast(nint buffer, long count, BufferType type) => _queue.Add(() =>
        {
            nint root = Meet(buffer)[0];
            if (!group.IsRoot)
                Copy(root, buffer, (nint)(count * BytesOf(type)));
            Meet(buffer);
        });

        private nint[] Meet(nint buffer) => [.. meeting.Exchange(group.Rank, buffer).Cast<nint>()];

        private static void Copy(nint from, nint to, nint bytes) => Buffer.MemoryCopy((void*)from, (void*)to, bytes, bytes);
    }
}
