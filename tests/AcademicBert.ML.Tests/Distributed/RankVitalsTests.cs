using AcademicBert.Distributed;
using AcademicBert.Distributed.Links;
using AcademicBert.Tests.Pretraining;

namespace AcademicBert.Tests.Distributed;

[TestClass]
public sealed class RankVitalsTests
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(20);

    private readonly SteppedTime _time = new();
    private readonly RankVitals[] _ranks;

    public RankVitalsTests() => _ranks = [.. Enumerable.Range(0, 3).Select(rank => new RankVitals(new RankIdentity(rank, 100 + rank, "box"), _time))];

    [TestMethod]
    public void Judge_SilentRank_IsNamed()
    {
        Beat(25, RankState.Working, RankState.Working, null);
        Assert.Contains("Rank 2 (process 102 on box) has not been heard of", RankVitals.Judge(_ranks, s_timeout)!);
    }

    [TestMethod]
    public void Judge_RankThatStandsStillWhileOthersWait_IsNamed()
    {
        Beat(25, RankState.Waiting, RankState.Working, RankState.Waiting);
        Assert.Contains("Rank 1 (process 101 on box) has made no progress", RankVitals.Judge(_ranks, s_timeout)!);
    }

    [TestMethod]
    public void Judge_AllWaitForEachOther_BlamesTheNetwork()
    {
        Beat(25, RankState.Waiting, RankState.Waiting, RankState.Waiting);
        Assert.Contains("network", RankVitals.Judge(_ranks, s_timeout)!);
    }

    [TestMethod]
    public void Judge_RankThatWritesWhileOthersWait_IsWell()
    {
        Beat(600, RankState.Busy, RankState.Waiting, RankState.Waiting);
        Assert.IsNull(RankVitals.Judge(_ranks, s_timeout));
    }

    [TestMethod]
    public void Judge_AllComputeLong_AreWell()
    {
        Beat(600, RankState.Working, RankState.Working, RankState.Working);
        Assert.IsNull(RankVitals.Judge(_ranks, s_timeout));
    }

    /// <summary>Signs of life without progress, each second; none of a rank whose state is null.</summary>
    private void Beat(int seconds, params RankState?[] states)
    {
        for (int second = 0; second < seconds; second++)
        {
            for (int rank = 0; rank < states.Length; rank++)
                if (states[rank] is { } state)
                    _ranks[rank].Heard(7, state);
            _time.Advance(TimeSpan.FromSeconds(1));
        }
    }
}
