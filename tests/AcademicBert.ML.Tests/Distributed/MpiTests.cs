using System.Diagnostics;
using System.Globalization;
using AcademicBert.Distributed;
using AcademicBert.Pretraining;
using AcademicBert.Tests.Pretraining;
using AcademicBert.Training;

namespace AcademicBert.Tests.Distributed;

/// <summary>Training on processes that mpirun starts gives what one process gives.</summary>
[TestClass]
public sealed class MpiTests
{
    private static TinyCorpus s_tiny = null!;
    private int _launches;

    public required TestContext TestContext { get; set; }

    [ClassInitialize]
    public static void Prepare(TestContext context) => s_tiny = new TinyCorpus();

    [ClassCleanup]
    public static void CleanUp() => s_tiny.Dispose();

    [TestMethod]
    public async Task Run_TwoRanksWholeAndSharded_LossesEqualOneProcessAndBitsEachOther()
    {
        string[][] whole = await Launch(2, DataParallelTests.Options());
        DataParallelTests.AssertLosses(Alone(DataParallelTests.Options()), Losses(whole[0]), TestContext);
        Assert.AreEqual(whole[0][0], whole[1][0], "parameters of the ranks, bit for bit");
        Assert.AreEqual(whole[0][1], whole[1][1], "held-out loss, measured in shares");
        string[][] sharded = await Launch(2, DataParallelTests.Options() with { Distributed = new DistributedOptions { ShardOptimizer = true } });
        Assert.AreSequenceEqual(whole[0], sharded[0]);
        Assert.AreEqual(sharded[0][0], sharded[1][0]);
    }

    [TestMethod]
    public async Task Run_FourRanks_LossesEqualOneProcess()
    {
        string[][] ranks = await Launch(4, DataParallelTests.Options());
        DataParallelTests.AssertLosses(Alone(DataParallelTests.Options()), Losses(ranks[0]), TestContext);
        Assert.HasCount(1, ranks.Select(rank => rank[0]).Distinct());
    }

    [TestMethod]
    public async Task Run_BuffersByNccl_GiveTheBitsOfMpi()
    {
        string library = NcclStandIn.Path;
        PretrainingOptions options = DataParallelTests.Options(6);
        string[][] byNccl = await Launch(2, options, nccl: library), byMpi = await Launch(2, options);
        Assert.AreSequenceEqual(byMpi[0], byNccl[0]);
        Assert.AreEqual(byNccl[0][0], byNccl[1][0]);
    }

    [TestMethod]
    public async Task Run_CheckpointOfFourShardedRanks_ContinuesOnTwoAndOnOne()
    {
        PretrainingOptions options = DataParallelTests.Options(12) with { Distributed = new DistributedOptions { ShardOptimizer = true } };
        string run = Path.Combine(s_tiny.Folder, "mpi-run");
        string[][] first = await Launch(4, options, run, stopAt: 4), second = await Launch(2, options with { Distributed = new DistributedOptions() }, run, stopAt: 8);
        Assert.AreEqual("stopped", first[3][0], "rank 0 was asked, all stop");
        var third = new RecordedProgress();
        Pretrainer.Run(options, s_tiny.Corpus, run, third).Dispose();
        DataParallelTests.AssertLosses(Alone(options), [.. Losses(first[0]), .. Losses(second[0]), .. third.Steps.Select(step => step.Loss)], TestContext);
    }

    private static double[] Alone(PretrainingOptions options)
    {
        var progress = new RecordedProgress();
        Pretrainer.Run(options, s_tiny.Corpus, progress: progress).Dispose();
        return [.. progress.Steps.Select(step => step.Loss)];
    }

    private static double[] Losses(string[] lines) => [.. lines.Skip(lines[0] == "stopped" ? 1 : 2).Select(line => double.Parse(line, CultureInfo.InvariantCulture))];

    /// <summary>Trains on ranks; returns what each has written.</summary>
    private async Task<string[][]> Launch(int ranks, PretrainingOptions options, string run = "", int stopAt = 0, string nccl = "")
    {
        string output = Directory.CreateDirectory(Path.Combine(s_tiny.Folder, $"{TestContext.TestName}-{++_launches}")).FullName, file = Path.Combine(output, "options.json");
        await File.WriteAllTextAsync(file, OptionsJson.Write(options));
        using Process process = MpiRun.Start(ranks, typeof(RankProgram).Assembly.Location, new RankProgram.Arguments(s_tiny.Corpus.Folder, file, output, stopAt, run, nccl).ToArray());
        (int code, string text) = await MpiRun.End(process);
        Assert.AreEqual(0, code, text);
        return [.. Enumerable.Range(0, ranks).Select(rank => File.ReadAllLines(Path.Combine(output, $"rank-{rank}.txt")))];
    }
}
