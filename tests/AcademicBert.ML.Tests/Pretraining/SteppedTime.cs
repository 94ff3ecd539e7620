namespace AcademicBert.Tests.Pretraining;

/// <summary>A clock that moves only when told.</summary>
internal sealed class SteppedTime : TimeProvider
{
    private long _ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _ticks;

    /// <summary>What a clock on the wall shows, which may be set.</summary>
    public DateTimeOffset Now { get; set; } = DateTimeOffset.UnixEpoch;

    public override DateTimeOffset GetUtcNow() => Now;

    public void Advance(TimeSpan time) => _ticks += time.Ticks;
}
