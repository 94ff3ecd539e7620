namespace AcademicBert.Modeling;

/// <summary>The number format weights are stored in.</summary>
public enum WeightType
{
    /// <summary>fp32, 4 bytes: exact.</summary>
    Float32,

    /// <summary>fp16, 2 bytes, 11 bits of precision; larger numbers than 65,504 do not fit.</summary>
    Float16,

    /// <summary>bf16, 2 bytes, 8 bits of precision.</summary>
    BFloat16,
}
