using AcademicBert.CudaEmulator;
using AcademicBert.Modeling;
using AcademicBert.Modeling.Fused;
using AcademicBert.Native.Cpu;
using AcademicBert.Native.Cuda;
using AcademicBert.Tensors;
using static TorchSharp.torch;

namespace AcademicBert.Tests.Modeling;

/// <summary>The ways a model can compute.</summary>
public enum Engine
{
    /// <summary>libtorch's operations and autograd.</summary>
    Plain,

    /// <summary>Fused kernels and hand-written backward passes.</summary>
    Fused,

    /// <summary>The same with the CUDA kernels, under the emulator.</summary>
    Emulated,

    /// <summary>The same on the first GPU.</summary>
    Cuda,
}

/// <summary>Makes models with a chosen engine.</summary>
internal static class Engines
{
    /// <summary>Makes a model; the test is skipped where the kernels of the fused engine were not built.</summary>
    public static BertModel Create(Engine engine, BertConfig config, HeadSpec head, ulong seed, ComputePrecision precision = ComputePrecision.Float32, bool recomputes = false)
    {
        if (engine == Engine.Emulated)
            return BertModel.Create(config, head, seed, precision: precision, recomputes: recomputes, kernels: Emulated());
        if (engine == Engine.Cuda)
            return BertModel.Create(config, head, seed, Gpu(), precision, recomputes);
        if (engine == Engine.Fused && !CpuKernels.TryLoad(0, out _, out string reason))
            Assert.Inconclusive($"Skipped: {reason}.");
        string? before = Environment.GetEnvironmentVariable(KernelSelection.Variable);
        try
        {
            Environment.SetEnvironmentVariable(KernelSelection.Variable, engine == Engine.Plain ? "off" : "auto");
            return BertModel.Create(config, head, seed, precision: precision, recomputes: recomputes);
        }
        finally
        {
            Environment.SetEnvironmentVariable(KernelSelection.Variable, before);
        }
    }

    /// <summary>The first GPU, with the fused kernels; the test is skipped where there is none.</summary>
    public static Device Gpu()
    {
        try
        {
            Device device = DeviceSelection.Resolve("cuda");
            if (KernelSelection.For(device) is null)
                Assert.Fail(KernelSelection.Describe(device));
            return device;
        }
        catch (InvalidOperationException error)
        {
            Assert.Inconclusive($"Skipped: {error.Message}");
            throw;
        }
    }

    /// <summary>The CUDA kernels under the emulator; the test is skipped where it was not built.</summary>
    public static CudaKernels Emulated()
    {
        if (!EmulatedDevice.TryOpen(out EmulatedDevice? device, out string reason))
            Assert.Inconclusive($"Skipped: {reason}.");
        return new CudaKernels(device);
    }
}
