using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace AcademicBert.Tensors;

/// <summary>Matrix products into memory that is there already, through libtorch's stable C interface; autograd does not see them.</summary>
internal static partial class MatrixProduct
{
    /// <summary>result = a b.</summary>
    public static void Into(Tensor result, Tensor a, Tensor b) => Check(Multiply(result.Handle, a.Handle, b.Handle), "mm", a, b);

    /// <summary>result += a b.</summary>
    public static void AddTo(Tensor result, Tensor a, Tensor b) => Check(MultiplyAdd(result.Handle, result.Handle, a.Handle, b.Handle, 1, 1), "addmm", a, b);

    /// <summary>result = a b for each matrix of a batch.</summary>
    public static void BatchInto(Tensor result, Tensor a, Tensor b) => Check(MultiplyBatch(result.Handle, a.Handle, b.Handle), "bmm", a, b);

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
}
