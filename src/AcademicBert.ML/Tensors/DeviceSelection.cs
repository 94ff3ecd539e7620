using System.Globalization;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace AcademicBert.Tensors;

/// <summary>From a name of a device to the device: auto, cpu, cuda or cuda:N.</summary>
internal static class DeviceSelection
{
    /// <summary>What the names may be.</summary>
    public const string Names = "auto, cpu, cuda, or cuda:N for the GPU of number N";

    /// <summary>Whether it is a name.</summary>
    public static bool IsName(string name) => name is "auto" or "cpu" || TryGpu(name, out _);

    /// <summary>The device of a name; auto is a GPU where libtorch has one, else the CPU.</summary>
    /// <param name="name">The name.</param>
    /// <param name="localRank">Number of the rank on its machine: the GPU that auto and cuda stand for.</param>
    /// <exception cref="InvalidOperationException">A GPU is asked for that libtorch does not see; the message says what to do.</exception>
    public static Device Resolve(string name, int localRank = 0) =>
        GpuOf(name, localRank, name == "cpu" ? 0 : Gpus) is { } index ? new Device(TorchSharp.DeviceType.CUDA, index) : CPU;

    /// <summary>The GPU of a name among some; null for the CPU.</summary>
    public static int? GpuOf(string name, int localRank, int gpus)
    {
        if (name == "cpu" || (name == "auto" && gpus == 0))
            return null;
        // A launcher may show each rank its own GPU only.
        int index = gpus == 1 ? 0 : localRank;
        if (name is not ("auto" or "cuda") && !TryGpu(name, out index))
            throw new ArgumentException($"Device is '{name}'; it must be {Names}.", nameof(name));
        if (index >= gpus)
            throw new InvalidOperationException(gpus == 0
                ? $"Device is '{name}', but this libtorch sees no GPU. Set {TorchLoader.LibTorchVariable} to the lib folder of a PyTorch with CUDA, or in a program of your own reference the package TorchSharp-cuda-linux (in a clone: -p:AcademicBertTorch=cuda), and check the driver with nvidia-smi."
                : $"Device is '{name}' for rank {localRank} of this machine, but there {(gpus == 1 ? "is 1 GPU" : $"are {gpus} GPUs")}.");
        return index;
    }

    /// <summary>GPUs that libtorch sees.</summary>
    // TorchSharp looks for its CUDA package in many places, and copies files, where there is none: ask only if there is a CUDA libtorch.
    public static int Gpus => NativeLibrary.TryLoad("torch_cuda", typeof(TorchSharp.torch).Assembly, null, out _) && cuda.is_available() ? cuda.device_count() : 0;

    private static bool TryGpu(string name, out int index)
    {
        index = 0;
        return name == "cuda" || (name.StartsWith("cuda:", StringComparison.Ordinal) && int.TryParse(name.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out index));
    }
}
