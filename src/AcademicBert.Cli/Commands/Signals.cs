using System.Runtime.InteropServices;
using AcademicBert.Training;

namespace AcademicBert.Cli.Commands;

/// <summary>
/// What the operating system may ask of a run: SIGINT (Ctrl+C) and SIGTERM end it after the step under way, with a checkpoint; a second one
/// ends it at once. SIGUSR1 writes a checkpoint and lets it go on.
/// </summary>
internal sealed class Signals : IDisposable
{
    // Not named by PosixSignal; the raw number is taken as it is.
    private const int UserSignal1 = 10, UserSignal1OfMac = 30;

    private readonly List<PosixSignalRegistration> _registrations;

    /// <param name="control">The run.</param>
    public Signals(TrainingControl control)
    {
        _registrations = [PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Stop(context, control, ExitCode.Interrupted)), PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Stop(context, control, ExitCode.Terminated))];
        if (!OperatingSystem.IsWindows())
            _registrations.Add(PosixSignalRegistration.Create((PosixSignal)(OperatingSystem.IsMacOS() ? UserSignal1OfMac : UserSignal1), context =>
            {
                context.Cancel = true;
                control.RequestCheckpoint();
            }));
    }

    /// <summary>The exit code of the signal that came; null if none did.</summary>
    public int? Exit { get; private set; }

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
            registration.Dispose();
    }

    private void Stop(PosixSignalContext context, TrainingControl control, int code)
    {
        // Not cancelled, the second signal does what signals do.
        context.Cancel = !control.StopRequested;
        Exit ??= code;
        control.RequestStop();
    }
}
