using AcademicBert.Cli.Doctor;
using AcademicBert.Modeling;
using AcademicBert.Native;

namespace AcademicBert.Tests.Doctor;

/// <summary>Each shortcoming has a line of its own, and nothing else has one.</summary>
[TestClass]
public sealed class AdviceTests
{
    private static readonly Machine s_good = new()
    {
        System = "Linux", Processor = "a processor", InstructionSets = ["AVX2", "AVX-512", "AVX512_BF16"], Processors = 8, Memory = 64L << 30, FreeMemory = 60L << 30,
        Limits = new ControlGroup(null, null), Folder = "/work", FreeDisk = 100L << 30, Gpus = [],
    };

    private static readonly ComputeDevice s_cpu = new() { Name = "cpu", HasFusedKernels = true, Kernels = "fused kernels (avx512)", Products = ElementType.BFloat16, OperationsPerSecond = 1e12 };

    private static readonly ComputeEngine s_engine = new() { TorchSharpVersion = "0.107.0", LibTorchVersion = "2.10.0", LibTorchPath = "/libtorch_cpu.so", Threads = 8, Devices = [s_cpu] };

    [TestMethod]
    public void On_GoodMachine_IsNothing() => Assert.IsEmpty(Advice.On(s_good, s_engine));

    [TestMethod]
    public void On_NoKernels_IsToInstallACompiler() => Single("C++17 compiler", s_good, Cpu(s_cpu with { HasFusedKernels = false, Kernels = "libtorch's operations: the library is not there", Products = ElementType.Float32 }));

    [TestMethod]
    public void On_KernelsSwitchedOff_IsToUnsetTheVariable() =>
        Single("unset ACADEMICBERT_KERNELS", s_good, Cpu(s_cpu with { HasFusedKernels = false, Kernels = "libtorch's operations (ACADEMICBERT_KERNELS is 'off')", Products = ElementType.Float32 }));

    [TestMethod]
    public void On_ProcessorWithoutBFloat16_IsAnother() => Single("AVX512_BF16", s_good, Cpu(s_cpu with { Products = ElementType.Float32 }));

    [TestMethod]
    public void On_GpuThatLibTorchDoesNotSee_IsAnotherLibTorch() => Single("There is a GPU (NVIDIA H100)", s_good with { Gpus = ["NVIDIA H100"] }, s_engine);

    [TestMethod]
    public void On_GpuWithoutKernels_IsNamedWithTheReason() => Single(
        "cuda:0 uses libtorch's operations: too old", s_good with { Gpus = ["a GPU"] },
        s_engine with { Devices = [s_cpu, s_cpu with { Name = "cuda:0", HasFusedKernels = false, Kernels = "libtorch's operations: too old" }] });

    [TestMethod]
    public void On_FewThreads_IsMore() => Single("2 of 8 processors", s_good, s_engine with { Threads = 2 });

    [TestMethod]
    public void On_QuotaOfTime_IsAsManyThreads() => Single("--threads 2", s_good with { Limits = new ControlGroup(null, 2.5) }, s_engine);

    [TestMethod]
    public void On_LimitOfMemory_IsSmallModels() => Single("2.0 GB of memory", s_good with { Limits = new ControlGroup(2_000_000_000, null) }, s_engine);

    [TestMethod]
    public void On_LittleDisk_IsAnotherDisk() => Single("1.0 GB are free", s_good with { FreeDisk = 1_000_000_000 }, s_engine);

    private static ComputeEngine Cpu(ComputeDevice cpu) => s_engine with { Devices = [cpu] };

    private static void Single(string part, Machine machine, ComputeEngine engine)
    {
        string[] lines = [.. Advice.On(machine, engine)];
        Assert.AreEqual(1, lines.Length, string.Join('\n', lines));
        Assert.Contains(part, lines[0]);
    }
}
