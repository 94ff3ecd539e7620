using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using AcademicBert.Native;
using AcademicBert.Native.Cpu;
using AcademicBert.Native.Cuda;
using AcademicBert.Tensors;
using static TorchSharp.torch;

namespace AcademicBert.Modeling.Fused;

/// <summary>Decides between the fused kernels and libtorch's own operations, by the environment variable <c>ACADEMICBERT_KERNELS</c>: auto (default), off or require.</summary>
internal static class KernelSelection
{
    public const string Variable = "ACADEMICBERT_KERNELS";

    private static readonly Lazy<(IKernels? Kernels, string Reason)> s_cpu = new(LoadCpu);
    private static readonly ConcurrentDictionary<int, Lazy<(IKernels? Kernels, string Reason)>> s_gpus = [];

    /// <summary>The kernels to use on the CPU; null where libtorch's operations are.</summary>
    /// <exception cref="InvalidOperationException">Kernels are required, but there are none; the message says why.</exception>
    public static CpuKernels? Cpu => (CpuKernels?)For(CPU);

    /// <summary>The kernels to use on a device; null where libtorch's operations are.</summary>
    /// <exception cref="InvalidOperationException">Kernels are required, but there are none; the message says why.</exception>
    public static IKernels? For(Device device)
    {
        string mode = Mode;
        if (mode == "off")
            return null;
        (IKernels? kernels, string reason) = Loaded(device);
        return kernels is null && mode == "require" ? throw new InvalidOperationException($"{Variable} is 'require', but {reason}.") : kernels;
    }

    /// <summary>One line on what the CPU uses and why.</summary>
    public static string Description => Describe(CPU);

    /// <summary>One line on what a device uses and why.</summary>
    public static string Describe(Device device) => Mode == "off" ? $"libtorch's operations ({Variable} is 'off')"
        : Loaded(device) is ({ } kernels, _) ? $"fused kernels ({kernels.Variant})" : $"libtorch's operations: {Loaded(device).Reason}";

    /// <summary>Whether the fused engine can run a configuration with the kernels there are.</summary>
    public static bool Supports(BertConfig config, IKernels? kernels) =>
        kernels is not null && config.Activation == Activation.Gelu && config.MaxPositions <= kernels.LongestAttention && config.HiddenSize <= kernels.WidestNorm;

    /// <summary>The type of matrix products a model gets.</summary>
    /// <param name="precision">What is asked for.</param>
    /// <param name="kernels">The kernels it uses; null for libtorch's operations.</param>
    /// <param name="option">What the precision is called in messages.</param>
    /// <exception cref="ArgumentException">A type is asked for where it cannot be had.</exception>
    public static ElementType Resolve(ComputePrecision precision, IKernels? kernels, string option = "Precision") => precision switch
    {
        ComputePrecision.Float32 => ElementType.Float32,
        ComputePrecision.Auto => Fastest(kernels),
        ComputePrecision.Float16 when kernels is not CudaKernels => throw new ArgumentException($"{option} is Float16, which needs the fused engine on a GPU; use BFloat16 or Auto."),
        _ when kernels is null => throw new ArgumentException($"{option} is {precision}, which needs the fused engine; libtorch's operations are used here."),
        ComputePrecision.BFloat16 => ElementType.BFloat16,
        _ => ElementType.Float16,
    };

    private static ElementType Fastest(IKernels? kernels) => kernels switch
    {
        CudaKernels { Device.Capability: >= 80 } => ElementType.BFloat16,
        CudaKernels => ElementType.Float16,
        CpuKernels when CpuKernels.HasFastBFloat16 => ElementType.BFloat16,
        _ => ElementType.Float32,
    };

    private static string Mode
    {
        get
        {
            string mode = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } set ? set.ToLowerInvariant() : "auto";
            return mode is "auto" or "off" or "require" ? mode : throw new InvalidOperationException($"{Variable} is '{mode}'; it must be auto, off or require.");
        }
    }

    private static (IKernels? Kernels, string Reason) Loaded(Device device) => device.type == TorchSharp.DeviceType.CPU
        ? s_cpu.Value
        : s_gpus.GetOrAdd(Math.Max(0, device.index), index => new Lazy<(IKernels?, string)>(() => LoadGpu(index))).Value;

    private static (IKernels?, string) LoadCpu()
    {
        InitializeDeviceType(TorchSharp.DeviceType.CPU);
        return CpuKernels.TryLoad(LibTorchExports.Find("torch_parallel_for"), out CpuKernels? kernels, out string reason) ? (kernels, "") : (null, reason);
    }

    // Kernels that do not give libtorch's numbers are not used; one line says so.
    private static (IKernels?, string) LoadGpu(int index)
    {
        if (!CudaDevice.TryOpen(index, () => TorchStream.Current(index), out CudaDevice? device, out string reason))
            return Refuse(reason);
        try
        {
            var kernels = new CudaKernels(device);
            return KernelSelfCheck.Difference(kernels, new Device(TorchSharp.DeviceType.CUDA, index)) is { } difference ? Refuse($"the kernels of {device.Name} fail their check: {difference}") : (kernels, "");
        }
        catch (Exception error) when (error is InvalidOperationException or OutOfMemoryException or EntryPointNotFoundException or ExternalException)
        {
            return Refuse($"the kernels of {device.Name} fail their check: {error.Message}");
        }

        (IKernels?, string) Refuse(string why)
        {
            if (Mode == "auto")
                Console.Error.WriteLine($"AcademicBert: GPU {index} is used without fused kernels, which is slower: {why}.");
            return (null, why);
        }
    }
}
