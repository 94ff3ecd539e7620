using System.Runtime.InteropServices;
using AcademicBert.Native;
using AcademicBert.Native.Cpu;
using static TorchSharp.torch;

namespace AcademicBert.Modeling.Fused;

/// <summary>Decides between the fused kernels and libtorch's own operations, by the environment variable <c>ACADEMICBERT_KERNELS</c>: auto (default), off or require.</summary>
internal static class KernelSelection
{
    public const string Variable = "ACADEMICBERT_KERNELS";

    private static readonly Lazy<(CpuKernels? Kernels, string Reason)> s_cpu = new(Load);

    /// <summary>The kernels to use; null where libtorch's operations are.</summary>
    /// <exception cref="InvalidOperationException">Kernels are required, but there are none; the message says why.</exception>
    public static CpuKernels? Cpu => Mode switch
    {
        "off" => null,
        "require" => s_cpu.Value.Kernels ?? throw new InvalidOperationException($"{Variable} is 'require', but {s_cpu.Value.Reason}."),
        _ => s_cpu.Value.Kernels,
    };

    /// <summary>One line on what is used and why.</summary>
    public static string Description => Mode == "off" ? $"libtorch's operations ({Variable} is 'off')"
        : s_cpu.Value.Kernels is { } kernels ? $"fused kernels ({kernels.Variant})" : $"libtorch's operations: {s_cpu.Value.Reason}";

    /// <summary>Whether the fused engine can run a configuration on a device.</summary>
    public static bool Supports(BertConfig config, Device device) =>
        device.type == TorchSharp.DeviceType.CPU && config.Activation == Activation.Gelu && config.MaxPositions <= CpuKernels.LongestAttention && Cpu is not null;

    /// <summary>The type of matrix products a model gets.</summary>
    /// <exception cref="ArgumentException">bf16 is asked for where it cannot be had.</exception>
    public static ElementType Resolve(ComputePrecision precision, bool fused) => precision switch
    {
        ComputePrecision.Float32 => ElementType.Float32,
        ComputePrecision.BFloat16 when !fused => throw new ArgumentException($"Precision is BFloat16, which needs the fused engine; it uses {Description}."),
        ComputePrecision.BFloat16 => ElementType.BFloat16,
        _ => fused && CpuKernels.HasFastBFloat16 ? ElementType.BFloat16 : ElementType.Float32,
    };

    private static string Mode
    {
        get
        {
            string mode = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } set ? set.ToLowerInvariant() : "auto";
            return mode is "auto" or "off" or "require" ? mode : throw new InvalidOperationException($"{Variable} is '{mode}'; it must be auto, off or require.");
        }
    }

    private static (CpuKernels?, string) Load()
    {
        InitializeDeviceType(TorchSharp.DeviceType.CPU);
        nint parallelFor = NativeLibrary.TryLoad("torch_cpu", typeof(TorchSharp.torch).Assembly, null, out nint torch) && NativeLibrary.TryGetExport(torch, "torch_parallel_for", out nint export) ? export : 0;
        return CpuKernels.TryLoad(parallelFor, out CpuKernels? kernels, out string reason) ? (kernels, "") : (null, reason);
    }
}
