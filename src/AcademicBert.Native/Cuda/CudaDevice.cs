using System.Collections.Concurrent;
using System.Text;

namespace AcademicBert.Native.Cuda;

/// <summary>
/// A GPU through its driver, in the primary context, which libtorch uses too, and on the stream that libtorch is on. Stays for the life
/// of the process.
/// </summary>
public sealed unsafe class CudaDevice : ICudaDevice
{
    private const int LogBytes = 16 * 1024;
    private const uint NoTiming = 2;

    private readonly nint _context, _module;
    private readonly Func<nint> _stream;
    private readonly ConcurrentDictionary<nint, int> _shared = [];

    private CudaDevice(string name, int capability, nint context, nint module, Func<nint> stream) =>
        (Name, Capability, Target, _context, _module, _stream) = (name, capability, PtxLibrary.TargetFor(capability), context, module, stream);

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public string Target { get; }

    /// <inheritdoc/>
    public int Capability { get; }

    /// <inheritdoc/>
    public long FreeMemory
    {
        get
        {
            Enter();
            CudaDriver.Check(CudaDriver.MemoryInfo(out nuint free, out _), "asking for free memory");
            return (long)free;
        }
    }

    /// <summary>Compute capability times ten of a GPU; 0 where there is none.</summary>
    public static int CapabilityOf(int index) =>
        CudaDriver.TryStart(out _) && CudaDriver.DeviceGet(out int device, index) == 0 && CudaDriver.DeviceGetAttribute(out int major, CudaDriver.Major, device) == 0
            && CudaDriver.DeviceGetAttribute(out int minor, CudaDriver.Minor, device) == 0 ? major * 10 + minor : 0;

    /// <summary>Names of the GPUs that the driver shows, whether or not anything here can use them.</summary>
    public static IReadOnlyList<string> Names()
    {
        var names = new List<string>();
        byte* name = stackalloc byte[256];
        while (CudaDriver.TryStart(out _) && CudaDriver.DeviceGet(out int device, names.Count) == 0 && CudaDriver.DeviceGetName(name, 256, device) == 0)
            names.Add(System.Runtime.InteropServices.Marshal.PtrToStringUTF8((nint)name)!);
        return names;
    }

    /// <summary>Opens a GPU and loads the kernels.</summary>
    /// <param name="index">Its number, from 0.</param>
    /// <param name="stream">Gives the CUstream to work on; 0 is the default one.</param>
    /// <param name="opened">The GPU.</param>
    /// <param name="reason">Why it cannot be used.</param>
    public static bool TryOpen(int index, Func<nint> stream, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out CudaDevice? opened, out string reason)
    {
        opened = null;
        if (!CudaDriver.TryStart(out reason))
            return false;
        try
        {
            CudaDriver.Check(CudaDriver.DeviceGet(out int device, index), $"opening GPU {index}");
            byte* name = stackalloc byte[256];
            CudaDriver.Check(CudaDriver.DeviceGetName(name, 256, device), "asking for its name");
            CudaDriver.Check(CudaDriver.DeviceGetAttribute(out int major, CudaDriver.Major, device), "asking for its compute capability");
            CudaDriver.Check(CudaDriver.DeviceGetAttribute(out int minor, CudaDriver.Minor, device), "asking for its compute capability");
            int capability = major * 10 + minor;
            string text = System.Runtime.InteropServices.Marshal.PtrToStringUTF8((nint)name)!;
            if (capability < PtxLibrary.Oldest)
            {
                reason = $"GPU {index}, {text}, has compute capability {major}.{minor}; the kernels need {PtxLibrary.Oldest / 10}.{PtxLibrary.Oldest % 10}";
                return false;
            }

            CudaDriver.Check(CudaDriver.PrimaryContextRetain(out nint context, device), "opening its context");
            CudaDriver.Check(CudaDriver.ContextSetCurrent(context), "entering its context");
            opened = new CudaDevice(text, capability, context, Load(PtxLibrary.TargetFor(capability)), stream);
            return true;
        }
        catch (Exception error) when (error is InvalidOperationException or OutOfMemoryException)
        {
            reason = error.Message;
            return false;
        }
    }

    /// <inheritdoc/>
    public nint Find(string kernel)
    {
        Enter();
        if (CudaDriver.ModuleGetFunction(out nint function, _module, kernel) != 0)
            throw new EntryPointNotFoundException($"The CUDA module has no kernel {kernel}.");
        return function;
    }

    /// <inheritdoc/>
    public void Launch(nint kernel, Grid grid, void* arguments)
    {
        Enter();
        // More than 48 KB of shared memory has to be asked for.
        if (grid.SharedBytes > 0 && _shared.GetValueOrDefault(kernel) < grid.SharedBytes)
        {
            CudaDriver.Check(CudaDriver.FunctionSetAttribute(kernel, CudaDriver.SharedBytes, grid.SharedBytes), $"reserving {grid.SharedBytes} bytes of shared memory");
            _shared[kernel] = grid.SharedBytes;
        }

        int code = CudaDriver.LaunchKernel(kernel, checked((uint)grid.X), checked((uint)grid.Y), 1, (uint)grid.Threads, 1, 1, (uint)grid.SharedBytes, _stream(), &arguments, null);
        if (code != 0)
            CudaDriver.Check(code, $"starting a kernel on {grid}");
    }

    /// <inheritdoc/>
    public void Clear(nint memory, long bytes)
    {
        Enter();
        CudaDriver.Check(CudaDriver.Set(memory, 0, (nuint)bytes, _stream()), "clearing memory");
    }

    /// <inheritdoc/>
    public void CopyToDevice(nint pinned, nint memory, long bytes)
    {
        Enter();
        CudaDriver.Check(CudaDriver.CopyToDevice(memory, pinned, (nuint)bytes, _stream()), "copying to the GPU");
    }

    /// <inheritdoc/>
    public void CopyToHost(nint memory, nint host, long bytes)
    {
        Enter();
        CudaDriver.Check(CudaDriver.CopyToHost(host, memory, (nuint)bytes, _stream()), "copying from the GPU");
        CudaDriver.Check(CudaDriver.StreamSynchronize(_stream()), "waiting for the GPU");
    }

    /// <inheritdoc/>
    public nint AllocatePinned(long bytes)
    {
        Enter();
        CudaDriver.Check(CudaDriver.AllocatePinned(out nint host, (nuint)bytes, 0), "allocating pinned memory");
        return host;
    }

    /// <inheritdoc/>
    public void FreePinned(nint pinned)
    {
        Enter();
        CudaDriver.Check(CudaDriver.FreePinned(pinned), "freeing pinned memory");
    }

    /// <inheritdoc/>
    public nint Mark(nint mark)
    {
        Enter();
        if (mark == 0)
            CudaDriver.Check(CudaDriver.EventCreate(out mark, NoTiming), "making an event");
        CudaDriver.Check(CudaDriver.EventRecord(mark, _stream()), "recording an event");
        return mark;
    }

    /// <inheritdoc/>
    public void Wait(nint mark)
    {
        Enter();
        CudaDriver.Check(CudaDriver.EventSynchronize(mark), "waiting for the GPU");
    }

    /// <inheritdoc/>
    public void Forget(nint mark)
    {
        Enter();
        CudaDriver.Check(CudaDriver.EventDestroy(mark), "forgetting an event");
    }

    // libtorch changes the current device of a thread as it likes; a kernel needs that of its module.
    private void Enter() => CudaDriver.Check(CudaDriver.ContextSetCurrent(_context), "entering the GPU's context");

    private static nint Load(string target)
    {
        // CU_JIT_ERROR_LOG_BUFFER and its size
        int* options = stackalloc int[] { 5, 6 };
        byte* log = stackalloc byte[LogBytes];
        log[0] = 0;
        nint* values = stackalloc nint[] { (nint)log, LogBytes };
        fixed (byte* image = PtxLibrary.Read(target))
        {
            int code = CudaDriver.ModuleLoad(out nint module, image, 2, options, values);
            if (code != 0)
                CudaDriver.Check(code, $"loading the kernels of {target} ({Encoding.UTF8.GetString(System.Runtime.InteropServices.MemoryMarshal.CreateReadOnlySpanFromNullTerminated(log)).Trim()})");
            return module;
        }
    }
}
