namespace AcademicBert.Distributed;

/// <summary>Another rank has failed, ended or stopped answering; the message names it. Started again, the run continues from its newest checkpoint.</summary>
public sealed class RankFailedException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">Which rank, where, and what happened to it.</param>
    public RankFailedException(string message)
        : base(message)
    {
    }
}
