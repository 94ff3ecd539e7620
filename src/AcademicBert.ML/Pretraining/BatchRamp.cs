namespace AcademicBert.Pretraining;

/// <summary>
/// Smaller batches at the start of training: from one size to <see cref="PretrainingOptions.BatchSize"/> in a straight line over a number of
/// samples. A function of the position only, so that batches can be assembled ahead and a resumed run goes on as before.
/// </summary>
public sealed record BatchRamp
{
    /// <summary>Samples of the first step. Default 256.</summary>
    public int From { get; init; } = 256;

    /// <summary>Samples after which batches have their full size. Default 1,000,000.</summary>
    public long OverSamples { get; init; } = 1_000_000;

    /// <summary>Samples of the step that starts at a position.</summary>
    /// <param name="position">Samples trained on before.</param>
    /// <param name="fullSize">Size after the ramp.</param>
    public int SizeAt(long position, int fullSize) =>
        From + (int)((fullSize - From) * (double)Math.Min(position, OverSamples) / OverSamples);

    /// <summary>Checks the options.</summary>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    internal void Validate(int fullSize)
    {
        if (From < 1 || From > fullSize)
            throw new ArgumentException($"{nameof(BatchRamp)}.{nameof(From)} is {From}; it must be between 1 and {nameof(PretrainingOptions)}.{nameof(PretrainingOptions.BatchSize)} ({fullSize}).", nameof(From));
        if (OverSamples < 1)
            throw new ArgumentException($"{nameof(BatchRamp)}.{nameof(OverSamples)} is {OverSamples}; it must be positive.", nameof(OverSamples));
    }
}
