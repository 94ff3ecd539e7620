using System.Diagnostics;
using System.Runtime.InteropServices;

namespace AcademicBert.Cli.Commands;

/// <summary>
/// What the operating system may ask of a run: SIGINT (Ctrl+C) and SIGTERM stop it; a second one
/// ends it at once, unless it comes within half a second: launchers send theirs to a process and to its group. SIGUSR1 asks for a checkpoint.
/// </summary>
internal sealed class Signals : IDisposable
{
    // Not named by PosixSignal; the raw number is taken as it is.
    private const int UserSignal1 = 10, UserSignal1OfMac = 30;

    private readonly List<PosixSignalRegistration> _registrations;

    private static readonly TimeSpan s_sameAgain = TimeSpan.FromSeconds(0.5);

    private readonly Action _requestStop;
    private long _first;

    /// <param name="requestStop">Called by SIGINT and SIGTERM.</param>
    /// <param name="requestCheckpoint">Called by SIGUSR1; null: it does what the system lets it do.</param>
    public Signals(Action requestStop, Action? requestCheckpoint = null)
    {
        _requestStop = requestStop;
        _registrations = [PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Stop(context, ExitCode.Interrupted)), PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Stop(context, ExitCode.Terminated))];
        if (requestCheckpoint is null || OperatingSystem.IsWindows())
            return;
        _registrations.Add(PosixSignalRegistration.Create((PosixSignal)(OperatingSystem.IsMacOS() ? UserSignal1OfMac : UserSignal1), context =>
        {
            context.Cancel = true;
            requestCheckpoint();
        }));
    }

    /// <summary>The exit code of the signal that came; null if none did.</summary>
    public int? Exit { get; private set; }

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
            registration.Dispose();
    }

    private void Stop(PosixSignalContext context, int code)
    {
        if (Exit is null)
            (Exit, _first) = (code, Stopwatch.GetTimestamp());
        // Not cancelled, the second signal does what signals do.
        context.Cancel = Stopwatch.GetElapsedTime(_first) < s_sameAgain;
        if (context.Cancel)
            _requestStop();
    }
}
