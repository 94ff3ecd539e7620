using System.Runtime.InteropServices;

namespace AcademicBert.Native;

/// <summary>
/// The numbers one AdamW update needs, in fp32: with g = gradient · GradientScale + value · DecayInGradient, moments of decay Beta1 and
/// Beta2, and u = first / (√second · InverseRootCorrection2 + Epsilon), value = (value · (DecayBefore − DecayInside) − u · StepSize) · DecayAfter.
/// The published variants differ only in these. Laid out as native code reads it.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct AdamWStep(
    float GradientScale, float Beta1, float Beta2, float Epsilon, float StepSize, float InverseRootCorrection2,
    float DecayBefore, float DecayInside, float DecayAfter, float DecayInGradient);
