using System.Diagnostics;
using System.Runtime.InteropServices;
using AcademicBert.Modeling.Fused;
using AcademicBert.Native;
using AcademicBert.Tensors;
using static TorchSharp.torch;

namespace AcademicBert.Modeling;

/// <summary>A processor or GPU that models compute on.</summary>
public sealed record ComputeDevice
{
    /// <summary>Its name in options: cpu, or cuda:N.</summary>
    public required string Name { get; init; }

    /// <summary>Whether the fused kernels are used on it; else libtorch's operations, which are slower.</summary>
    public required bool HasFusedKernels { get; init; }

    /// <summary>One line on what is used and why, such as "fused kernels (avx512)".</summary>
    public required string Kernels { get; init; }

    /// <summary>The type of matrix products that <see cref="ComputePrecision.Auto"/> stands for.</summary>
    public required ElementType Products { get; init; }

    /// <summary>Operations a second that products of that type reach, measured.</summary>
    public required double OperationsPerSecond { get; init; }
}

/// <summary>What models compute with in this process: libtorch, its threads and devices, and the kernels used on them.</summary>
public sealed partial record ComputeEngine
{
    /// <summary>Version of TorchSharp.</summary>
    public required string TorchSharpVersion { get; init; }

    /// <summary>Version of the libtorch that is loaded.</summary>
    public required string LibTorchVersion { get; init; }

    /// <summary>The file libtorch was loaded from.</summary>
    public required string LibTorchPath { get; init; }

    /// <summary>Threads of libtorch's operations and of the kernels.</summary>
    public required int Threads { get; init; }

    /// <summary>The devices; the CPU first.</summary>
    public required IReadOnlyList<ComputeDevice> Devices { get; init; }

    /// <summary>Loads libtorch, looks, and measures for about half a second.</summary>
    /// <exception cref="InvalidOperationException"><c>ACADEMICBERT_KERNELS</c> is none of its values, or requires kernels that are not there.</exception>
    /// <exception cref="DllNotFoundException">There is no libtorch, or one that does not fit; the message says what to do.</exception>
    public static ComputeEngine Read()
    {
        IEnumerable<Device> devices = [CPU, .. Enumerable.Range(0, DeviceSelection.Gpus).Select(index => new Device(TorchSharp.DeviceType.CUDA, index))];
        List<ComputeDevice> found = [.. devices.Select(Measure)];
        using Process process = Process.GetCurrentProcess();
        return new ComputeEngine
        {
            TorchSharpVersion = typeof(TorchSharp.torch).Assembly.GetName().Version!.ToString(3),
            LibTorchVersion = Version(AbiVersion()),
            LibTorchPath = process.Modules.Cast<ProcessModule>().Select(module => module.FileName).FirstOrDefault(file => Path.GetFileNameWithoutExtension(file).EndsWith("torch_cpu", StringComparison.Ordinal), ""),
            Threads = get_num_threads(),
            Devices = found,
        };
    }

    /// <summary>Throws where a device of that name cannot be used, so that a program says so before it works for a run on it.</summary>
    /// <param name="device">A name as in options: auto, cpu, cuda or cuda:N.</param>
    /// <exception cref="ArgumentException">It is no such name.</exception>
    /// <exception cref="InvalidOperationException">libtorch sees no such GPU; the message says what to do.</exception>
    public static void RequireDevice(string device) => DeviceSelection.Resolve(device);

    private static ComputeDevice Measure(Device device)
    {
        IKernels? kernels = KernelSelection.For(device);
        ElementType products = KernelSelection.Resolve(ComputePrecision.Auto, kernels);
        return new ComputeDevice
        {
            Name = device.type == TorchSharp.DeviceType.CPU ? "cpu" : $"cuda:{device.index}",
            HasFusedKernels = kernels is not null,
            Kernels = KernelSelection.Describe(device),
            Products = products,
            OperationsPerSecond = MatrixPeak.Quick(ComputeTypes.ScalarTypeOf(products), device),
        };
    }

    // Major, minor and patch are the highest bytes.
    private static string Version(ulong abi) => $"{abi >> 56}.{abi >> 48 & 0xff}.{abi >> 40 & 0xff}";

    [LibraryImport("torch_cpu", EntryPoint = "aoti_torch_abi_version")]
    private static partial ulong AbiVersion();
}
