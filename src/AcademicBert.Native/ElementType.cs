namespace AcademicBert.Native;

/// <summary>Type of activations.</summary>
public enum ElementType
{
    /// <summary>32-bit floating point.</summary>
    Float32,

    /// <summary>bfloat16: the upper half of a 32-bit floating-point number.</summary>
    BFloat16,
}
