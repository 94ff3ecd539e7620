using System.Runtime.InteropServices;

namespace AcademicBert.Tensors;

/// <summary>The CUDA stream that libtorch is on.</summary>
internal static unsafe partial class TorchStream
{
    /// <summary>The current stream of a GPU on this thread; 0 is the default one.</summary>
    public static nint Current(int device)
    {
        void* stream;
        if (GetCurrentStream(device, &stream) != 0)
            throw new InvalidOperationException($"libtorch gave no stream for GPU {device}.");
        return (nint)stream;
    }

    [LibraryImport("torch_cuda", EntryPoint = "aoti_torch_get_current_cuda_stream")]
    private static partial int GetCurrentStream(int device, void** stream);
}
