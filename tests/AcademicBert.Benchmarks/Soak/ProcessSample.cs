using System.Diagnostics;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace AcademicBert.Benchmarks.Soak;

/// <summary>What the process holds at a moment.</summary>
internal sealed unsafe record ProcessSample
{
    /// <summary>Since the beginning.</summary>
    public required double Seconds { get; init; }

    /// <summary>Processor time so far, which does not run while the process is stopped by others.</summary>
    public required double ProcessorSeconds { get; init; }

    /// <summary>Steps, cycles or predictions done.</summary>
    public required long Done { get; init; }

    /// <summary>Bytes in memory, mapped files included.</summary>
    public required long Resident { get; init; }

    /// <summary>Bytes of the managed heap after a full collection.</summary>
    public required long Heap { get; init; }

    /// <summary>Bytes that native code holds of the C library's heap: tensors, what libtorch keeps, our kernels.</summary>
    public required long Native { get; init; }

    /// <summary>Open files, sockets, pipes and the like.</summary>
    public required long Handles { get; init; }

    public required long Threads { get; init; }

    /// <summary>Tensors that hold libtorch's memory, garbage included.</summary>
    public required long Tensors { get; init; }

    /// <summary>Those that are left after a full collection.</summary>
    public required long TensorsInUse { get; init; }

    /// <summary>Takes a sample: first of what is there, then of what a full collection leaves.</summary>
    public static ProcessSample Take(double seconds, long done)
    {
        using var process = Process.GetCurrentProcess();
        long tensors = Tensor.TotalCount, resident = process.WorkingSet64, native = NativeHeap();
        (int handles, int threads) = (process.HandleCount, process.Threads.Count);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return new ProcessSample
        {
            Seconds = seconds, ProcessorSeconds = process.TotalProcessorTime.TotalSeconds, Done = done, Resident = resident, Heap = GC.GetTotalMemory(forceFullCollection: true),
            Native = native, Handles = handles, Threads = threads, Tensors = tensors, TensorsInUse = Tensor.TotalCount,
        };
    }

    /// <summary>By glibc's own account; 0 where it does not give one.</summary>
    private static long NativeHeap()
    {
        if (!OperatingSystem.IsLinux() || !NativeLibrary.TryGetExport(NativeLibrary.GetMainProgramHandle(), "mallinfo2", out nint account))
            return 0;
        HeapAccount heap = ((delegate* unmanaged<HeapAccount>)account)();
        return (long)(heap.Mapped + heap.Used);
    }

    /// <summary>glibc's <c>struct mallinfo2</c>.</summary>
    private struct HeapAccount
    {
#pragma warning disable CS0649 // glibc fills it
        public nuint Arena, FreeBlocks, FastBlocks, MappedBlocks, Mapped, Unused, FastFree, Used, Free, Trimmable;
#pragma warning restore CS0649
    }
}
