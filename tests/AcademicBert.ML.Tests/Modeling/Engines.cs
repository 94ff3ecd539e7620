using AcademicBert.Modeling;
using AcademicBert.Modeling.Fused;
using AcademicBert.Native.Cpu;

namespace AcademicBert.Tests.Modeling;

/// <summary>The two ways a model can compute.</summary>
public enum Engine
{
    /// <summary>libtorch's operations and autograd.</summary>
    Plain,

    /// <summary>Fused kernels and hand-written backward passes.</summary>
    Fused,
}

/// <summary>Makes models with a chosen engine.</summary>
internal static class Engines
{
    /// <summary>Makes a model; the test is skipped where the kernels of the fused engine were not built.</summary>
    public static BertModel Create(Engine engine, BertConfig config, HeadSpec head, ulong seed, ComputePrecision precision = ComputePrecision.Float32)
    {
        if (engine == Engine.Fused && !CpuKernels.TryLoad(0, out _, out string reason))
            Assert.Inconclusive($"Skipped: {reason}.");
        string? before = Environment.GetEnvironmentVariable(KernelSelection.Variable);
        try
        {
            Environment.SetEnvironmentVariable(KernelSelection.Variable, engine == Engine.Plain ? "off" : "auto");
            return BertModel.Create(config, head, seed, precision: precision);
        }
        finally
        {
            Environment.SetEnvironmentVariable(KernelSelection.Variable, before);
        }
    }
}
