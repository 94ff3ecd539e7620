using AcademicBert.Native;
using static TorchSharp.torch;

namespace AcademicBert.Tensors;

/// <summary>Between the kernels' types and libtorch's.</summary>
internal static class ComputeTypes
{
    public static ScalarType ScalarTypeOf(ElementType type) => type switch
    {
        ElementType.Float32 => ScalarType.Float32,
        ElementType.BFloat16 => ScalarType.BFloat16,
        _ => ScalarType.Float16,
    };
}
