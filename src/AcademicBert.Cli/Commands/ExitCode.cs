namespace AcademicBert.Cli.Commands;

/// <summary>Exit codes of every command.</summary>
internal static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Success = 0;

    /// <summary>The work failed; the message says why.</summary>
    public const int Failure = 1;

    /// <summary>The command line is wrong: an option that there is not, one that is missing, a value that cannot be read or is out of its range.</summary>
    public const int Usage = 2;

    /// <summary>The run was ended by its loss limit, or no run of a search completed its budget.</summary>
    public const int Pruned = 3;

    /// <summary>Stopped by Ctrl+C (SIGINT); the same command continues.</summary>
    public const int Interrupted = 130;

    /// <summary>Stopped by SIGTERM; the same command continues.</summary>
    public const int Terminated = 143;
}
