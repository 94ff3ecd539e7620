using System.Collections.Concurrent;
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

    // Rows and columns of a matrix that is packed rightly wherever any is: where none is, libtorch says so on the standard error each time.
    private const long Trial = 64;

    // Of the largest number of a product.
    private const double Float32Tolerance = 1e-4, BFloat16Tolerance = 2e-2;

    private static readonly Lazy<bool> s_isThere = new(() => ((string[])[NewHandleEntry, AbiVersionEntry, DispatchEntry, LinearEntry]).All(entry => LibTorchExports.Find(entry) != 0));
    private static readonly ConcurrentDictionary<(ScalarType Type, long N, long K), bool> s_right = new();

    private readonly Tensor _packed;

    private PackedMatrix(Tensor packed) => _packed = packed.DetachFromDisposeScope();

    /// <summary>
    /// Packs a matrix, (N, K), on the CPU; what changes in it later is not followed. Null where the loaded libtorch cannot do it on this processor (it has to
    /// be made with oneDNN, and have the entry points: libtorch 2.10), or does it wrongly: on some processors (Zen 5) oneDNN 3.7 packs most fp32 matrices
    /// wrongly whose N is no multiple of 64.
    /// </summary>
    public static PackedMatrix? Of(Tensor weight_NK) =>
        s_isThere.Value && IsRight(weight_NK.dtype, Trial, Trial) && IsRight(weight_NK.dtype, weight_NK.shape[0], weight_NK.shape[1]) ? TryPack(weight_NK) : null;

    /// <summary>Whether products are those of a matrix.</summary>
    internal bool Holds(Tensor weight_NK)
    {
        using IDisposable frozen = no_grad();
        using var scope = NewDisposeScope();
        Tensor x_RK = linspace(0, 9, 2 * weight_NK.shape[1]).cos().view(2, weight_NK.shape[1]).to(weight_NK.dtype);
        Tensor plain_RN = x_RK.mm(weight_NK.t());
        double tolerance = weight_NK.dtype == ScalarType.Float32 ? Float32Tolerance : BFloat16Tolerance;
        return TryMultiply(x_RK) is { } product_RN && Largest(product_RN - plain_RN) <= tolerance * Largest(plain_RN);

        static double Largest(Tensor numbers) => numbers.abs().max().to(ScalarType.Float64).item<double>();
    }

    /// <summary>x Wᵀ, (R, N), in memory of its own; the caller disposes it.</summary>
    public Tensor Multiply(Tensor x_RK) => TryMultiply(x_RK)
        ?? throw new InvalidOperationException($"libtorch's _linear_pointwise refused [{string.Join(", ", x_RK.shape)}] of {x_RK.dtype}.");

    public void Dispose() => _packed.Dispose();

    // Once for each shape, before anything relies on it: it hangs on the shape alone whether a matrix is packed rightly.
    private static bool IsRight(ScalarType type, long n, long k) => s_right.GetOrAdd((type, n, k), shape => Try(shape.Type, shape.N, shape.K));

    private static bool Try(ScalarType type, long n, long k)
    {
        if (type is not (ScalarType.Float32 or ScalarType.BFloat16))
            return false;
        using IDisposable frozen = no_grad();
        using var scope = NewDisposeScope();
        Tensor weight_NK = linspace(0, n * k, n * k).sin().view(n, k).to(type);
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
        SignalStack.Ensure();
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
