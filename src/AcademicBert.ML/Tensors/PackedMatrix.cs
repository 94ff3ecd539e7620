using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace AcademicBert.Tensors;

/// <summary>
/// A copy of the matrix of a linear layer, fp32 or bf16, in the order in which oneDNN reads it: products need not pack it each time, which is worth most
/// where a batch has few rows. Autograd does not see them.
/// </summary>
internal sealed unsafe partial class PackedMatrix : IDisposable
{
    private const string NewHandleEntry = "aoti_torch_new_tensor_handle", AbiVersionEntry = "aoti_torch_abi_version", DispatchEntry = "torch_call_dispatcher", LinearEntry = "aoti_torch_cpu__linear_pointwise";

    // Of the largest number of a product.
    private const double Float32Tolerance = 1e-4, BFloat16Tolerance = 2e-2;

    private static readonly Lazy<bool> s_float32 = new(() => IsThere(ScalarType.Float32)), s_bfloat16 = new(() => IsThere(ScalarType.BFloat16));

    private readonly Tensor _packed;

    private PackedMatrix(Tensor packed) => _packed = packed.DetachFromDisposeScope();

    /// <summary>Whether the loaded libtorch can do it on this processor: made with oneDNN, with the entry points (libtorch 2.10).</summary>
    public static bool Supports(ScalarType type) => type == ScalarType.Float32 ? s_float32.Value : type == ScalarType.BFloat16 && s_bfloat16.Value;

    /// <summary>
    /// Packs a matrix, (N, K), on the CPU; what changes in it later is not followed. Null where its products are wrong: on some processors (Zen 5) oneDNN
    /// 3.7 packs most fp32 matrices wrongly whose N is no multiple of 64.
    /// </summary>
    public static PackedMatrix? Of(Tensor weight_NK)
    {
        PackedMatrix packed = TryPack(weight_NK)
            ?? throw new InvalidOperationException($"libtorch's _reorder_linear_weight refused [{string.Join(", ", weight_NK.shape)}] of {weight_NK.dtype}.");
        if (packed.Holds(weight_NK))
            return packed;
        packed.Dispose();
        return null;
    }

    /// <summary>Whether products are those of a matrix.</summary>
    internal bool Holds(Tensor weight_NK)
    {
        using IDisposable frozen = no_grad();
        using var scope = NewDisposeScope();
        Tensor x_RK = linspace(0, 9, 2 * weight_NK.shape[1]).cos().view(2, weight_NK.shape[1]).to(weight_NK.dtype);
        Tensor plain_RN = x_RK.mm(weight_NK.t());
        double tolerance = weight_NK.dtype == ScalarType.Float32 ? Float32Tolerance : BFloat16Tolerance;
        return TryMultiply(x_RK) is { } product_RN && (product_RN - plain_RN).abs().max().to(ScalarType.Float64).item<double>() <= tolerance * plain_RN.abs().max().to(ScalarType.Float64).item<double>();
    }

    /// <summary>x Wᵀ, (R, N), in memory of its own; the caller disposes it.</summary>
    public Tensor Multiply(Tensor x_RK) => TryMultiply(x_RK)
        ?? throw new InvalidOperationException($"libtorch's _linear_pointwise refused [{string.Join(", ", x_RK.shape)}] of {x_RK.dtype}.");

    public void Dispose() => _packed.Dispose();

    // Once, before anything relies on it.
    private static bool IsThere(ScalarType type)
    {
        if (((string[])[NewHandleEntry, AbiVersionEntry, DispatchEntry, LinearEntry]).Any(entry => LibTorchExports.Find(entry) == 0))
            return false;
        using IDisposable frozen = no_grad();
        using var scope = NewDisposeScope();
        Tensor weight_NK = linspace(-9, 9, 64 * 40).sin().view(64, 40).to(type);
        using PackedMatrix? packed = TryPack(weight_NK);
        return packed?.Holds(weight_NK) == true;
    }

    // The dispatcher takes the handles it is given, and puts its result in the first one's place.
    private static PackedMatrix? TryPack(Tensor weight_NK)
    {
        nint handle;
        if (NewHandle(weight_NK.Handle, &handle) != 0)
            return null;
        const ulong anyBatch = 0;
        ulong* stack = stackalloc ulong[] { (ulong)handle, anyBatch };
        return Dispatch("mkldnn::_reorder_linear_weight", "", stack, AbiVersion()) == 0 ? new PackedMatrix(Tensor.UnsafeCreateTensor((nint)stack[0])) : null;
    }

    private Tensor? TryMultiply(Tensor x_RK)
    {
        nint result;
        return Linear(x_RK.Handle, _packed.Handle, 0, "none", 0, 0, 0, &result) == 0 ? Tensor.UnsafeCreateTensor(result) : null;
    }

    [LibraryImport("torch_cpu", EntryPoint = NewHandleEntry)]
    private static partial int NewHandle(nint tensor, nint* handle);

    [LibraryImport("torch_cpu", EntryPoint = AbiVersionEntry)]
    private static partial ulong AbiVersion();

    [LibraryImport("torch_cpu", EntryPoint = DispatchEntry, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Dispatch(string operation, string overload, ulong* stack, ulong abiVersion);

    [LibraryImport("torch_cpu", EntryPoint = LinearEntry, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Linear(nint x, nint weight, nint bias, string activation, nint scalars, long scalarCount, nint algorithm, nint* result);
}
