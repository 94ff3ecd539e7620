namespace AcademicBert.Training;

/// <summary>Training was stopped because gradients were not finite for several steps in a row. The parameters are those of the last good step.</summary>
public sealed class TrainingDivergedException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">What happened at which step, and what to change.</param>
    public TrainingDivergedException(string message)
        : base(message)
    {
    }
}
