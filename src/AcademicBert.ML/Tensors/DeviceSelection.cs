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

    /// <summary>The device of a name; auto is the first GPU where libtorch has one, else the CPU.</summary>
    /// <exception cref="InvalidOperationException">A GPU is named that libtorch does not see; the message says what to do.</exception>
    public static Device Resolve(string name)
    {
        if (name == "cpu" || (name == "auto" && Gpus == 0))
            return CPU;
        if (!TryGpu(name == "auto" ? "cuda" : name, out int index))
            throw new ArgumentException($"Device is '{name}'; it must be {Names}.", nameof(name));
        if (index >= Gpus)
            throw new InvalidOperationException(Gpus == 0
                ? $"Device is '{name}', but this libtorch sees no GPU. Build with -p:AcademicBertTorch=cuda, or point {TorchLoader.LibTorchVariable} to the libtorch of a PyTorch with CUDA, and check the driver with nvidia-smi."
                : $"Device is '{name}', but there {(Gpus == 1 ? "is 1 GPU" : $"are {Gpus} GPUs")}.");
        return new Device(TorchSharp.DeviceType.CUDA, index);
    }

    // TorchSharp looks for its CUDA package in many places, and copies files, where there is none: ask only if there is a CUDA libtorch.
    private static int Gpus => NativeLibrary.TryLoad("torch_cuda", typeof(TorchSharp.torch).Assembly, null, out _) && cuda.is_available() ? cuda.device_count() : 0;

    private static bool TryGpu(string name, out int index)
    {
        index = 0;
        return name == "cuda" || (name.StartsWith("cuda:", StringComparison.Ordinal) && int.TryParse(name.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out index));
    }
}
