using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace AcademicBert.Tensors;

/// <summary>Direct access to a tensor's memory, through libtorch's stable C interface.</summary>
internal static unsafe partial class TensorMemory
{
    /// <summary>Address of the first element, storage offset included; on the device the tensor lives on.</summary>
    public static nint Pointer(Tensor tensor)
    {
        void* pointer;
        if (GetDataPointer(tensor.Handle, &pointer) != 0)
            throw new InvalidOperationException("libtorch gave no data pointer for a tensor.");
        return (nint)pointer;
    }

    /// <summary>The elements of a contiguous fp32 tensor on the CPU; at most 2^31 - 1.</summary>
    public static Span<float> Floats(Tensor tensor)
    {
        if (tensor.dtype != ScalarType.Float32 || tensor.device_type != TorchSharp.DeviceType.CPU || !tensor.is_contiguous())
            throw new ArgumentException("The tensor must be contiguous fp32 on the CPU.", nameof(tensor));
        return new Span<float>((void*)Pointer(tensor), checked((int)tensor.numel()));
    }

    [LibraryImport("torch_cpu", EntryPoint = "aoti_torch_get_data_ptr")]
    private static partial int GetDataPointer(nint tensor, void** pointer);
}
