namespace AcademicBert.Native;

/// <summary>Type of activations.</summary>
public enum ElementType
{
    /// <summary>32-bit floating point.</summary>
    Float32,

    /// <summary>bfloat16: the upper half of a 32-bit floating-point number.</summary>
    BFloat16,

    /// <summary>IEEE 754 half precision; CUDA kernels only.</summary>
    Float16,
}

/// <summary>Facts about types.</summary>
internal static class ElementTypes
{
    /// <summary>Bytes of an element.</summary>
    public static int Size(this ElementType type) => type == ElementType.Float32 ? sizeof(float) : sizeof(ushort);
}
