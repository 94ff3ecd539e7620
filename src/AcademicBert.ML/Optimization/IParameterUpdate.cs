using AcademicBert.Native;

namespace AcademicBert.Optimization;

/// <summary>The passes of an optimizer over ranges of the flat buffers of a model, where they live. Ranges start at multiples of 16.</summary>
internal interface IParameterUpdate : IDisposable
{
    /// <summary>Sum of the squared gradients of parameters [begin, begin + length); not finite when one of them is not. Waits for them.</summary>
    double SquaredGradients(long begin, long length);

    /// <summary>One AdamW update of parameters [begin, begin + length), whose moments start at <paramref name="momentsBegin"/>.</summary>
    void AdamW(long begin, long length, long momentsBegin, AdamWStep decaying, AdamWStep other);

    /// <summary>One LAMB update of parameters [begin, begin + length), which are whole tensors and whose moments start at <paramref name="momentsBegin"/>.</summary>
    void Lamb(long begin, long length, long momentsBegin, LambStep decaying, LambStep other);
}
