using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace AcademicBert.Tensors;

/// <summary>Matrix products into memory that is there already, on CPU or GPU, through libtorch's stable C interface; autograd does not see them.</summary>
internal static partial class MatrixProduct
{
    /// <summary>result = a b.</summary>
    public static void Into(Tensor result, Tensor a, Tensor b)
    {
        SignalStack.Ensure();
        Check(OnCuda(result) ? MultiplyOnCuda(result.Handle, a.Handle, b.Handle) : Multiply(result.Handle, a.Handle, b.Handle), "mm", a, b);
    }

    /// <summary>result += a b.</summary>
    public static void AddTo(Tensor result, Tensor a, Tensor b)
    {
        SignalStack.Ensure();
        Check(OnCuda(result) ? MultiplyAddOnCuda(result.Handle, result.Handle, a.Handle, b.Handle, 1, 1) : MultiplyAdd(result.Handle, result.Handle, a.Handle, b.Handle, 1, 1), "addmm", a, b);
    }

    /// <summary>result = a b for each matrix of a batch.</summary>
    public static void BatchInto(Tensor result, Tensor a, Tensor b)
    {
        SignalStack.Ensure();
        Check(OnCuda(result) ? MultiplyBatchOnCuda(result.Handle, a.Handle, b.Handle) : MultiplyBatch(result.Handle, a.Handle, b.Handle), "bmm", a, b);
    }

    private static bool OnCuda(Tensor tensor) => tensor.device_type == TorchSharp.DeviceType.CUDA;

    private static void Check(int code, string operation, Tensor a, Tensor b)
    {
        if (code != 0)
            throw new InvalidOperationException($"libtorch's {operation} refused [{string.Join(", ", a.shape)}] and [{string.Join(", ", b.shape)}] of {a.dtype}.");
    }

    [LibraryImport("torch_cpu", EntryPoint = "aoti_torch_cpu_mm_out")]
    private static partial int Multiply(nint result, nint a, nint b);

    [LibraryImport("torch_cpu", EntryPoint = "aoti_torch_cpu_addmm_out")]
    private static partial int MultiplyAdd(nint result, nint summand, nint a, nint b, double beta, double alpha);

    [LibraryImport("torch_cpu", EntryPoint = "aoti_torch_cpu_bmm_out")]
    private static partial int MultiplyBatch(nint result, nint a, nint b);

    [LibraryImport("torch_cuda", EntryPoint = "aoti_torch_cuda_mm_out")]
    private static partial int MultiplyOnCuda(nint result, nint a, nint b);

    [LibraryImport("torch_cuda", EntryPoint = "aoti_torch_cuda_addmm_out")]
    private static partial int MultiplyAddOnCuda(nint result, nint summand, nint a, nint b, double beta, double alpha);

    [LibraryImport("torch_cuda", EntryPoint = "aoti_torch_cuda_bmm_out")]
    private static partial int MultiplyBatchOnCuda(nint result, nint a, nint b);
}
