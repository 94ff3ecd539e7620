using System.Runtime.InteropServices;

namespace AcademicBert.Native.Cpu;

/// <summary>The fused CPU kernels, for the best instruction set this processor has. They take fp32 and bf16.</summary>
public sealed unsafe partial class CpuKernels : IKernels
{
    private const int ChunksOfRows = 32;
    private const string Library = "academicbert_cpu";
    private const int InterfaceVersion = 1;
    private static readonly string[] s_variants = ["avx512", "avx2", "plain"];

    private readonly KernelTable _table;

    private CpuKernels(string variant, KernelTable table) => (Variant, _table) = (variant, table);

    /// <summary>The instruction set: avx512, avx2 or plain.</summary>
    public string Variant { get; }

    /// <inheritdoc/>
    public int LongestAttention => 8192;

    /// <inheritdoc/>
    public int WidestNorm => int.MaxValue;

    /// <inheritdoc/>
    public int Chunks(long columns) => ChunksOfRows;

    /// <inheritdoc/>
    public long EmbeddingScratch(RowBlock block, int segments) => 0;

    /// <summary>Whether this processor multiplies bf16 faster than fp32 (AVX512_BF16 or AMX).</summary>
    public static bool HasFastBFloat16 =>
        NativeLibrary.TryLoad(Library, typeof(CpuKernels).Assembly, null, out nint library) && ((delegate* unmanaged<int>)NativeLibrary.GetExport(library, "ab_has_fast_bf16"))() != 0;

    /// <summary>Loads the kernels.</summary>
    /// <param name="parallelFor">Address of libtorch's <c>torch_parallel_for</c>, or 0 to run on one thread.</param>
    /// <param name="kernels">The kernels.</param>
    /// <param name="reason">Why there are none.</param>
    /// <param name="variant">The instruction set to use; null for the best.</param>
    public static bool TryLoad(nint parallelFor, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out CpuKernels? kernels, out string reason, string? variant = null)
    {
        kernels = null;
        if (!NativeLibrary.TryLoad(Library, typeof(CpuKernels).Assembly, null, out nint library))
        {
            reason = $"the library '{Library}' is not there: it is built where CMake and a C++17 compiler are";
            return false;
        }

        int version = ((delegate* unmanaged<int>)NativeLibrary.GetExport(library, "ab_interface_version"))();
        long size = ((delegate* unmanaged<long>)NativeLibrary.GetExport(library, "ab_table_size"))();
        if (version != InterfaceVersion || size != sizeof(KernelTable))
        {
            reason = $"the library '{Library}' has interface version {version} of {size} bytes, this assembly needs {InterfaceVersion} of {sizeof(KernelTable)}: build again";
            return false;
        }

        ((delegate* unmanaged<nint, void>)NativeLibrary.GetExport(library, "ab_set_parallel_for"))(parallelFor);
        var find = (delegate* unmanaged<byte*, KernelTable*>)NativeLibrary.GetExport(library, "ab_kernels");
        foreach (string candidate in variant is null ? s_variants : [variant])
        {
            nint name = Marshal.StringToCoTaskMemUTF8(candidate);
            KernelTable* table = find((byte*)name);
            Marshal.FreeCoTaskMem(name);
            if (table is null)
                continue;
            kernels = new CpuKernels(candidate, *table);
            reason = "";
            return true;
        }

        reason = $"this processor does not have {variant ?? "any of the instruction sets"}";
        return false;
    }
}
