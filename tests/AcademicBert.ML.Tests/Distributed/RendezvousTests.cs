using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using AcademicBert.Distributed;
using AcademicBert.Distributed.Tcp;
using AcademicBert.Pretraining;
using AcademicBert.Tests.Pretraining;
using AcademicBert.Training;

namespace AcademicBert.Tests.Distributed;

/// <summary>Ranks that meet by the variables of a launcher without MPI, and train by the stand-in for NCCL.</summary>
[TestClass]
public sealed class RendezvousTests
{
    private static TinyCorpus s_tiny = null!;

    [ClassInitialize]
    public static void Prepare(TestContext context) => s_tiny = new TinyCorpus();

    [ClassCleanup]
    public static void CleanUp() => s_tiny.Dispose();

    [TestMethod]
    public void Of_VariablesOfTorchrun_AreTaken()
    {
        var variables = new Dictionary<string, string?> { ["RANK"] = "9", ["WORLD_SIZE"] = "16", ["LOCAL_RANK"] = "1", ["MASTER_ADDR"] = "gpu1", ["MASTER_PORT"] = "29500" };
        Assert.AreEqual(new Rendezvous(9, 16, 1, "gpu1", 29500), Rendezvous.Of(name => variables.GetValueOrDefault(name)));
        variables.Remove("MASTER_PORT");
        Assert.Contains("MASTER_PORT", Assert.ThrowsExactly<InvalidOperationException>(() => Rendezvous.Of(name => variables.GetValueOrDefault(name))).Message);
        Assert.IsNull(Rendezvous.Of(_ => null));
    }

    [TestMethod]
    [DataRow("gpu7", "gpu7")]
    [DataRow("gpu1,gpu2", "gpu1")]
    [DataRow("gpu[003-006,9],x1", "gpu003")]
    [DataRow("rack[2,4]-b,x1", "rack2-b")]
    [DataRow("x1,gpu[003-006]", "x1")]
    [DataRow("rack[0-1]node[3-5,7],x1", "rack0node3")]
    public void Of_VariablesOfSlurm_FindTheFirstNode(string list, string first)
    {
        var variables = new Dictionary<string, string?> { ["SLURM_PROCID"] = "3", ["SLURM_STEP_NUM_TASKS"] = "8", ["SLURM_LOCALID"] = "1", ["SLURM_STEP_NODELIST"] = list, ["SLURM_JOB_ID"] = "41234" };
        Assert.AreEqual(new Rendezvous(3, 8, 1, first, 21234), Rendezvous.Of(name => variables.GetValueOrDefault(name)));
    }

    [TestMethod]
    public async Task Run_ThreeProcesses_HaveTheSameBitsAsThreeThreads()
    {
        string library = NcclStandIn.Path;
        PretrainingOptions options = DataParallelTests.Options(6) with { Distributed = new DistributedOptions { Reduction = GradientReduction.BFloat16 } };
        string output = Directory.CreateDirectory(Path.Combine(s_tiny.Folder, "tcp")).FullName, file = Path.Combine(output, "options.json");
        await File.WriteAllTextAsync(file, OptionsJson.Write(options));
        int port = FreePort();
        Process[] ranks = [.. Enumerable.Range(0, 3).Select(rank => Start(rank, 3, port, new RankProgram.Arguments(s_tiny.Corpus.Folder, file, output, 0, "", library)))];
        foreach (Process rank in ranks)
        {
            using (rank)
            {
                (int code, string text) = await MpiRun.End(rank);
                Assert.AreEqual(0, code, text);
            }
        }

        string[] fingerprints = ThreadRanks.Run(3, group =>
        {
            using PretrainingResult result = Pretrainer.Run(options, s_tiny.Corpus, ranks: group);
            return RankProgram.Fingerprint(result);
        });
        foreach (int rank in Enumerable.Range(0, 3))
            Assert.AreEqual(fingerprints[rank], File.ReadLines(Path.Combine(output, $"rank-{rank}.txt")).First());
    }

    [TestMethod]
    public async Task Run_OneProcessOnCpusWithoutMpi_SaysHowToStart()
    {
        string file = Path.Combine(s_tiny.Folder, "cpu.json");
        await File.WriteAllTextAsync(file, OptionsJson.Write(DataParallelTests.Options(2)));
        int port = FreePort();
        Process[] ranks = [.. Enumerable.Range(0, 2).Select(rank => Start(rank, 2, port, new RankProgram.Arguments(s_tiny.Corpus.Folder, file, s_tiny.Folder, 0, "", "")))];
        foreach (Process rank in ranks)
        {
            using (rank)
            {
                (int code, string text) = await MpiRun.End(rank);
                Assert.AreNotEqual(0, code);
                Assert.Contains("mpirun", text);
            }
        }
    }

    [TestMethod]
    [DataRow("RANK", "16")]
    [DataRow("MASTER_PORT", "0")]
    [DataRow("MASTER_PORT", "65536")]
    [DataRow("MASTER_ADDR", " ")]
    public void Of_VariableOutOfItsRange_NamesIt(string variable, string value)
    {
        var variables = new Dictionary<string, string?> { ["RANK"] = "9", ["WORLD_SIZE"] = "16", ["MASTER_ADDR"] = "gpu1", ["MASTER_PORT"] = "29500", [variable] = value };
        Assert.Contains(variable, Assert.ThrowsExactly<InvalidOperationException>(() => Rendezvous.Of(name => variables.GetValueOrDefault(name))).Message);
    }

    [TestMethod]
    [DataRow("gpu[003")]
    [DataRow("gpu[")]
    [DataRow("")]
    [DataRow(",gpu1")]
    public void Of_ListOfNodesThatIsNone_SaysWhatToSet(string list)
    {
        var variables = new Dictionary<string, string?> { ["SLURM_PROCID"] = "3", ["SLURM_STEP_NUM_TASKS"] = "8", ["SLURM_STEP_NODELIST"] = list };
        Assert.Contains("MASTER_ADDR", Assert.ThrowsExactly<InvalidOperationException>(() => Rendezvous.Of(name => variables.GetValueOrDefault(name))).Message);
    }

    private static Process Start(int rank, int size, int port, RankProgram.Arguments arguments)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(RankProgram).Assembly.Location, .. arguments.ToArray()]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string value) in (ReadOnlySpan<(string, string)>)[("RANK", $"{rank}"), ("WORLD_SIZE", $"{size}"), ("MASTER_ADDR", "127.0.0.1"), ("MASTER_PORT", $"{port}"), ("OMP_NUM_THREADS", "1")])
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
