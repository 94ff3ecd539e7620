using AcademicBert.Native.Cuda;

namespace AcademicBert.Tests.Modeling;

/// <summary>A device on which launching one kernel does something else, or nothing.</summary>
internal sealed unsafe class FaultyDevice(ICudaDevice device, string faulty, Action<Action>? launch = null) : ICudaDevice
{
    private readonly nint _faulty = device.Find(faulty);

    public string Name => device.Name;

    public string Target => device.Target;

    public int Capability => device.Capability;

    public long FreeMemory => device.FreeMemory;

    public nint Find(string kernel) => device.Find(kernel);

    public void Launch(nint kernel, Grid grid, void* arguments)
    {
        if (kernel != _faulty)
            device.Launch(kernel, grid, arguments);
        else
            launch?.Invoke(() => device.Launch(kernel, grid, arguments));
    }

    public void Clear(nint memory, long bytes) => device.Clear(memory, bytes);

    public void CopyToDevice(nint pinned, nint memory, long bytes) => device.CopyToDevice(pinned, memory, bytes);

    public void CopyToHost(nint memory, nint host, long bytes) => device.CopyToHost(memory, host, bytes);

    public nint AllocatePinned(long bytes) => device.AllocatePinned(bytes);

    public void FreePinned(nint pinned) => device.FreePinned(pinned);

    public nint Mark(nint mark) => device.Mark(mark);

    public void Wait(nint mark) => device.Wait(mark);

    public void Forget(nint mark) => device.Forget(mark);
}
