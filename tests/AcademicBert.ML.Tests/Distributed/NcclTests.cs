using System.Runtime.InteropServices;
using AcademicBert.Distributed;
using AcademicBert.Distributed.Nccl;
using AcademicBert.Pretraining;
using AcademicBert.Tests.Pretraining;

namespace AcademicBert.Tests.Distributed;

/// <summary>The calls of NCCL, against a stand-in with its interface: no GPU is needed, and none is tested.</summary>
[TestClass]
public sealed unsafe class NcclTests
{
    // More than a slot of the stand-in, and no multiple of anything.
    private const int PartLength = 400_001;

    private static TinyCorpus s_tiny = null!;

    public required TestContext TestContext { get; set; }

    [ClassInitialize]
    public static void Prepare(TestContext context) => s_tiny = new TinyCorpus();

    [ClassCleanup]
    public static void CleanUp() => s_tiny.Dispose();

    [TestMethod]
    [DataRow(BufferType.Float32, 3)]
    [DataRow(BufferType.Float16, 3)]
    [DataRow(BufferType.BFloat16, 3)]
    [DataRow(BufferType.Float32, 1)]
    public void Collectives_SmallIntegers_AreExactOnEveryRank(object type, int size)
    {
        string library = NcclStandIn.Path;
        ThreadRanks.Run(size, ranks =>
        {
            Collect((BufferType)type, ranks, library);
            return true;
        });
    }

    [TestMethod]
    [DataRow(GradientReduction.Float32, false)]
    [DataRow(GradientReduction.Float32, true)]
    [DataRow(GradientReduction.BFloat16, true)]
    public void Run_Threads_GivesWhatTheHostsCollectivesGive(GradientReduction reduction, bool sharded)
    {
        string library = NcclStandIn.Path;
        PretrainingOptions options = DataParallelTests.Options(8) with { Distributed = new DistributedOptions { Reduction = reduction, ShardOptimizer = sharded } };
        string[] byNccl = ThreadRanks.Run(2, ranks => Train(options, NcclStandIn.Over(ranks, library))), byThreads = ThreadRanks.Run(2, ranks => Train(options, ranks));
        Assert.HasCount(1, byNccl.Concat(byThreads).Distinct());
    }

    [TestMethod]
    public void Join_RankThatFailsBefore_IsAnErrorThatNamesIt()
    {
        string library = NcclStandIn.Path;
        string[] messages = ThreadRanks.Run(2, ranks =>
        {
            if (!ranks.IsRoot)
            {
                ranks.Broadcast(new byte[NcclUniqueId.Length]);
                ranks.Abandon(new InvalidOperationException("its GPU is gone"));
                return "";
            }

            return Assert.ThrowsExactly<RankFailedException>(() => NcclStandIn.Over(ranks, library)).Message;
        });
        Assert.AreEqual("Rank 1 failed: its GPU is gone", messages[0]);
    }

    [TestMethod]
    public void Collective_RankThatFailsMeanwhile_EndsTheWaitWithItsReason()
    {
        string library = NcclStandIn.Path;
        string[] messages = ThreadRanks.Run(2, ranks =>
        {
            using ProcessGroup group = NcclStandIn.Over(ranks, library);
            if (!ranks.IsRoot)
            {
                ranks.Abandon(new InvalidOperationException("its GPU is gone"));
                return "";
            }

            float* buffer = stackalloc float[2];
            nint address = (nint)buffer;
            return Assert.ThrowsExactly<RankFailedException>(() => group.HostBuffers!.AllGather(address, 1, BufferType.Float32).Wait()).Message;
        });
        Assert.AreEqual("Rank 1 failed: its GPU is gone", messages[0]);
    }

    [TestMethod]
    public void Load_PathWithoutALibrary_NamesTheVariable() =>
        Assert.Contains(NcclLibrary.Variable, Assert.ThrowsExactly<InvalidOperationException>(() => NcclLibrary.Load("/nowhere/libnccl.so.2")).Message);

    private static string Train(PretrainingOptions options, ProcessGroup ranks)
    {
        using (ranks)
        using (PretrainingResult result = Pretrainer.Run(options, s_tiny.Corpus, ranks: ranks))
            return RankProgram.Fingerprint(result);
    }

    private static void Collect(BufferType type, ProcessGroup ranks, string library)
    {
        using ProcessGroup group = NcclStandIn.Over(ranks, library);
        int size = ranks.Size, length = PartLength * size;
        nint buffer = (nint)NativeMemory.Alloc((nuint)(length * sizeof(float)));
        try
        {
            for (int i = 0; i < length; i++)
                Write(buffer, i, type, i % 7 + ranks.Rank);
            group.HostBuffers!.ReduceScatter(buffer, PartLength, type).Wait();
            group.HostBuffers.AllGather(buffer, PartLength, type).Wait();
            for (int i = 0; i < length; i++)
                if (Read(buffer, i, type) != size * (i % 7) + size * (size - 1) / 2)
                    Assert.Fail($"element {i} is {Read(buffer, i, type)}");
            if (ranks.IsRoot)
                for (int i = 0; i < length; i++)
                    Write(buffer, i, type, i % 11);
            group.HostBuffers.Broadcast(buffer, length, type).Wait();
            for (int i = 0; i < length; i++)
                if (Read(buffer, i, type) != i % 11)
                    Assert.Fail($"element {i} is {Read(buffer, i, type)}");
        }
        finally
        {
            NativeMemory.Free((void*)buffer);
        }
    }

    private static float Read(nint buffer, int i, BufferType type) => type switch
    {
        BufferType.Float16 => (float)((Half*)buffer)[i],
        BufferType.BFloat16 => BitConverter.UInt32BitsToSingle((uint)((ushort*)buffer)[i] << 16),
        _ => ((float*)buffer)[i],
    };

    private static void Write(nint buffer, int i, BufferType type, float value)
    {
        if (type == BufferType.Float16)
            ((Half*)buffer)[i] = (Half)value;
        else if (type == BufferType.BFloat16)
            ((ushort*)buffer)[i] = (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16);
        else
            ((float*)buffer)[i] = value;
    }
}
