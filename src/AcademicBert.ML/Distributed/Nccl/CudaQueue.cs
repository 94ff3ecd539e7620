using System.Runtime.InteropServices;

namespace AcademicBert.Distributed.Nccl;

/// <summary>A stream of a GPU beside the one that computes, by the CUDA runtime that libtorch brings.</summary>
internal sealed unsafe class CudaQueue : DeviceQueue
{
    private const uint NonBlocking = 1, WithoutTiming = 2;
    private const int NotReady = 600;

    // libtorch's stream: TorchSharp computes on the default one and cannot choose another.
    private const nint ComputeStream = 0;

    private readonly nint _runtime, _computed;
    private readonly Stack<nint> _marks = [];
    private readonly int _device;
    private readonly nint _stream;

    /// <param name="device">Number of the GPU.</param>
    public CudaQueue(int device)
    {
        if (!NativeLibrary.TryLoad("torch_cuda", typeof(TorchSharp.torch).Assembly, null, out _runtime))
            throw new InvalidOperationException("This libtorch has no CUDA; reference TorchSharp-cuda-linux.");
        _device = device;
        MakeCurrent();
        nint created;
        Check(((delegate* unmanaged<nint*, uint, int>)Export("cudaStreamCreateWithFlags"))(&created, NonBlocking));
        _stream = created;
        _computed = MakeEvent();
    }

    public override nint Stream => _stream;

    public override void MakeCurrent() => Check(((delegate* unmanaged<int, int>)Export("cudaSetDevice"))(_device));

    public override void FollowComputation()
    {
        Record(_computed, ComputeStream);
        Check(((delegate* unmanaged<nint, nint, uint, int>)Export("cudaStreamWaitEvent"))(_stream, _computed, 0));
    }

    public override Func<bool> Mark()
    {
        nint mark = _marks.Count > 0 ? _marks.Pop() : MakeEvent();
        Record(mark, _stream);
        bool reached = false;
        return () =>
        {
            if (reached)
                return true;
            int code = ((delegate* unmanaged<nint, int>)Export("cudaEventQuery"))(mark);
            if (code == NotReady)
                return false;
            Check(code);
            _marks.Push(mark);
            return reached = true;
        };
    }

    public override void Dispose()
    {
        foreach (nint mark in _marks.Append(_computed))
            _ = ((delegate* unmanaged<nint, int>)Export("cudaEventDestroy"))(mark);
        _ = ((delegate* unmanaged<nint, int>)Export("cudaStreamDestroy"))(_stream);
        base.Dispose();
    }

    private nint MakeEvent()
    {
        nint created;
        Check(((delegate* unmanaged<nint*, uint, int>)Export("cudaEventCreateWithFlags"))(&created, WithoutTiming));
        return created;
    }

    private void Record(nint mark, nint stream) => Check(((delegate* unmanaged<nint, nint, int>)Export("cudaEventRecord"))(mark, stream));

    private void Check(int code)
    {
        if (code != 0)
            throw new InvalidOperationException($"CUDA: {Marshal.PtrToStringUTF8(((delegate* unmanaged<int, nint>)Export("cudaGetErrorString"))(code))} on GPU {_device}.");
    }

    // A handle gives its dependencies' functions as well, whatever libtorch calls the file of its CUDA runtime.
    private nint Export(string name) => NativeLibrary.GetExport(_runtime, name);
}
