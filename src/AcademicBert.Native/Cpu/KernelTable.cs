using System.Runtime.InteropServices;

namespace AcademicBert.Native.Cpu;

/// <summary>A pair of entries: for fp32 activations and for bf16 ones.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct KernelPair
{
    public nint Fp32;
    public nint Bf16;

    public readonly nint this[ElementType type] => type switch
    {
        ElementType.Float32 => Fp32,
        ElementType.BFloat16 => Bf16,
        _ => throw new NotSupportedException($"The CPU kernels do not take {type}."),
    };
}

/// <summary>Function pointers of one instruction set: the same members in the same order as <c>AbKernelTable</c> in Support/Table.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct KernelTable
{
    public KernelPair BiasGeluForward;
    public KernelPair BiasGeluBackward;
    public KernelPair GatedGeluForward;
    public KernelPair GatedGeluBackward;
    public KernelPair ResidualNormForward;
    public KernelPair ResidualNormBackward;
    public KernelPair AttentionSoftmaxForward;
    public KernelPair AttentionSoftmaxBackward;
    public KernelPair SplitHeads;
    public KernelPair MergeHeads;
    public KernelPair PartHeads;
    public KernelPair CrossEntropy;
    public nint EmbeddingForward;
    public nint EmbeddingBackward;
    public nint StreamDropout;
    public KernelPair ColumnSum;
    public KernelPair AddInto;
    public nint ToBf16;
    public KernelPair GatherRows;
    public KernelPair ScatterRows;
}
