namespace AcademicBert.Native.Cuda;

/// <summary>Blocks and threads of a launch.</summary>
/// <param name="X">Blocks in the first dimension.</param>
/// <param name="Y">Blocks in the second, at most 65,535.</param>
/// <param name="Threads">Threads of a block: a multiple of 32, at most 512.</param>
/// <param name="SharedBytes">Shared memory of a block beside what the kernel declares.</param>
public readonly record struct Grid(long X, long Y, int Threads, int SharedBytes = 0);

/// <summary>What kernels and their callers need of a CUDA device. Everything happens in the order of the calls, on one stream.</summary>
public unsafe interface ICudaDevice
{
    /// <summary>Its name, such as "NVIDIA H100".</summary>
    string Name { get; }

    /// <summary>What its kernels were compiled for, such as sm_80.</summary>
    string Target { get; }

    /// <summary>Compute capability times ten, such as 90.</summary>
    int Capability { get; }

    /// <summary>Bytes of memory that are free.</summary>
    long FreeMemory { get; }

    /// <summary>A kernel by name.</summary>
    /// <exception cref="EntryPointNotFoundException">There is none of that name.</exception>
    nint Find(string kernel);

    /// <summary>Starts a kernel; it may run later than this returns.</summary>
    /// <param name="kernel">From <see cref="Find"/>.</param>
    /// <param name="grid">Blocks and threads.</param>
    /// <param name="arguments">Its struct of arguments; not needed afterwards.</param>
    void Launch(nint kernel, Grid grid, void* arguments);

    /// <summary>Sets memory of the device to 0.</summary>
    void Clear(nint memory, long bytes);

    /// <summary>Copies from pinned memory of the host, which must stay as it is until a <see cref="Mark"/> behind this has passed.</summary>
    void CopyToDevice(nint pinned, nint memory, long bytes);

    /// <summary>Waits for everything before it, and copies to the host.</summary>
    void CopyToHost(nint memory, nint host, long bytes);

    /// <summary>Memory of the host that the device copies from without waiting.</summary>
    nint AllocatePinned(long bytes);

    /// <summary>Gives it back.</summary>
    void FreePinned(nint pinned);

    /// <summary>Marks this place in the order of things; 0 makes a new mark, another one is set again.</summary>
    nint Mark(nint mark);

    /// <summary>Waits until the device has passed a mark.</summary>
    void Wait(nint mark);

    /// <summary>Forgets a mark.</summary>
    void Forget(nint mark);
}
