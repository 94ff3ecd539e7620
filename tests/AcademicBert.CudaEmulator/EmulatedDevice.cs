using System.Runtime.InteropServices;
using AcademicBert.Native.Cuda;

namespace AcademicBert.CudaEmulator;

/// <summary>A CUDA device whose memory is the host's and whose kernels run there, threads of a block as fibers.</summary>
public sealed unsafe partial class EmulatedDevice : ICudaDevice
{
    private const string Library = "academicbert_cuda_emulator";

    private EmulatedDevice()
    {
    }

    /// <inheritdoc/>
    public string Name => "emulator";

    /// <inheritdoc/>
    public string Target => "emulator";

    /// <inheritdoc/>
    public int Capability { get; init; } = 80;

    /// <inheritdoc/>
    public long FreeMemory { get; init; } = 1L << 30;

    /// <summary>Launches so far.</summary>
    public long Launches { get; private set; }

    /// <summary>Times the host has waited for the device.</summary>
    public long Waits { get; private set; }

    /// <summary>The emulator.</summary>
    /// <param name="device">The device.</param>
    /// <param name="reason">Why there is none.</param>
    public static bool TryOpen([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out EmulatedDevice? device, out string reason)
    {
        bool there = NativeLibrary.TryLoad(Library, typeof(EmulatedDevice).Assembly, null, out _);
        device = there ? new EmulatedDevice() : null;
        reason = there ? "" : "the emulator of the CUDA kernels is not there: it is built on Linux where CMake and a C++17 compiler are";
        return there;
    }

    /// <inheritdoc/>
    public nint Find(string kernel) => FindKernel(kernel) is var found and not 0 ? found : throw new EntryPointNotFoundException($"The emulator has no kernel {kernel}.");

    /// <inheritdoc/>
    public void Launch(nint kernel, Grid grid, void* arguments)
    {
        Launches++;
        int code = LaunchKernel(kernel, checked((uint)grid.X), checked((uint)grid.Y), (uint)grid.Threads, (uint)grid.SharedBytes, arguments);
        if (code != 0)
            throw new InvalidOperationException(code == 1 ? $"No kernel is made for {grid}." : "Threads of a block wait for others that never come.");
    }

    /// <inheritdoc/>
    public void Clear(nint memory, long bytes) => NativeMemory.Clear((void*)memory, (nuint)bytes);

    /// <inheritdoc/>
    public void CopyToDevice(nint pinned, nint memory, long bytes) => Buffer.MemoryCopy((void*)pinned, (void*)memory, bytes, bytes);

    /// <inheritdoc/>
    public void CopyToHost(nint memory, nint host, long bytes)
    {
        Waits++;
        Buffer.MemoryCopy((void*)memory, (void*)host, bytes, bytes);
    }

    /// <inheritdoc/>
    public nint AllocatePinned(long bytes) => (nint)NativeMemory.AlignedAlloc((nuint)bytes, 64);

    /// <inheritdoc/>
    public void FreePinned(nint pinned) => NativeMemory.AlignedFree((void*)pinned);

    /// <inheritdoc/>
    public nint Mark(nint mark) => 1;

    /// <inheritdoc/>
    public void Wait(nint mark)
    {
    }

    /// <inheritdoc/>
    public void Forget(nint mark)
    {
    }

    [LibraryImport(Library, EntryPoint = "emulator_find", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint FindKernel(string name);

    [LibraryImport(Library, EntryPoint = "emulator_launch")]
    private static partial int LaunchKernel(nint kernel, uint blocksX, uint blocksY, uint threads, uint sharedBytes, void* arguments);
}
