namespace AcademicBert.Cli.Commands;

/// <summary>The command line itself is wrong, as is found when its values are read; ends with <see cref="ExitCode.Usage"/>.</summary>
internal sealed class UsageException : Exception
{
    /// <param name="message">What is wrong and what to do.</param>
    public UsageException(string message)
        : base(message)
    {
    }

    /// <param name="cause">Says so.</param>
    public UsageException(Exception cause)
        : base(cause.Message, cause)
    {
    }
}
