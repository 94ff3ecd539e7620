using System.Diagnostics;
using System.Globalization;
using static TorchSharp.torch;

namespace AcademicBert.Benchmarks.Soak;

/// <summary>What the process holds at a moment.</summary>
internal sealed record ProcessSample
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

    /// <summary>Bytes in memory that are neither a mapped file's nor taken by the garbage collector: libtorch, kernels, threads' stacks, compiled code.</summary>
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
        long tensors = Tensor.TotalCount, resident = process.WorkingSet64, native = Anonymous(resident) - GC.GetGCMemoryInfo(GCKind.Any).TotalCommittedBytes;
        (int handles, int threads) = (process.HandleCount, process.Threads.Count);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return new ProcessSample
        {
            Seconds = seconds, ProcessorSeconds = process.TotalProcessorTime.TotalSeconds, Done = done, Resident = resident, Heap = GC.GetTotalMemory(forceFullCollection: true),
            Native = native, Handles = handles, Threads = threads, Tensors = tensors, TensorsInUse = Tensor.TotalCount,
        };
    }

    /// <summary>Of the resident bytes, those that are no file's; all of them where the system does not tell.</summary>
    private static long Anonymous(long resident)
    {
        const string Field = "RssAnon:";
        if (!OperatingSystem.IsLinux())
            return resident;
        string line = File.ReadLines("/proc/self/status").First(line => line.StartsWith(Field, StringComparison.Ordinal));
        return long.Parse(line[Field.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) << 10;
    }
}
