using AcademicBert.Scoring;

namespace AcademicBert.Finetuning;

/// <summary>A training row: an input, and what is to be learnt of it, classes (from 0) or numbers.</summary>
/// <param name="Input">The input.</param>
/// <param name="Targets">A target for each of <paramref name="Tokens"/>; one where the whole input has it.</param>
/// <param name="Tokens">The tokens that have a target; null: the input as a whole has it.</param>
internal readonly record struct LabelledExample(EncodedInput Input, float[] Targets, int[]? Tokens)
{
    public LabelledExample(EncodedInput input, float target)
        : this(input, [target], null)
    {
    }

    /// <summary>The target of the whole input.</summary>
    public float Target => Targets[0];
}
