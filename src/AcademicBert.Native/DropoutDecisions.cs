using System.Runtime.InteropServices;

namespace AcademicBert.Native;

/// <summary>Which dropout decisions a kernel draws: see <see cref="PhiloxDropout"/>. Laid out as native code reads it.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly struct DropoutDecisions
{
    private readonly uint _seed, _step, _site, _threshold, _firstSample;
    private readonly float _scale;

    /// <summary>Decisions of a place in the network.</summary>
    /// <param name="seed">Seed of the run.</param>
    /// <param name="step">Optimizer step.</param>
    /// <param name="site">layer * 8 + site within the layer.</param>
    /// <param name="firstSample">Index in the global order of the batch's first sample.</param>
    /// <param name="probability">Probability of dropping, 0 to below 1; 0 draws nothing.</param>
    public DropoutDecisions(uint seed, uint step, uint site, uint firstSample, double probability) =>
        (_seed, _step, _site, _threshold, _firstSample, _scale) = (seed, step, site, PhiloxDropout.Threshold(probability), firstSample, PhiloxDropout.Scale(probability));

    /// <summary>No dropout.</summary>
    public static DropoutDecisions None => default;
}
