namespace AcademicBert.Modeling;

/// <summary>The type matrix products are computed in; parameters, their moments and the residual stream are always fp32.</summary>
public enum ComputePrecision
{
    /// <summary>bf16 where processor or GPU multiply it and the fused kernels are there; fp16 on GPUs before Ampere; else fp32.</summary>
    Auto,

    /// <summary>fp32.</summary>
    Float32,

    /// <summary>bf16; needs the fused kernels.</summary>
    BFloat16,

    /// <summary>fp16 with dynamic loss scaling; needs the fused kernels on a GPU.</summary>
    Float16,
}
