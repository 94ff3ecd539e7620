using System.Runtime.InteropServices;

namespace AcademicBert.Training;

/// <summary>Gives way: what a thread does beside training takes the processor when training leaves it.</summary>
internal static partial class BackgroundThread
{
    private const int ThisThread = 0, ProcessOrThread = 0, Nice = 10;

    /// <summary>Lowers the priority of the calling thread, for good; not for threads of a pool.</summary>
    public static void GiveWay()
    {
        // .NET does not change priorities on Linux, where each thread has its own nice value.
        if (OperatingSystem.IsLinux())
            _ = SetPriority(ProcessOrThread, ThisThread, Nice);
        else
            Thread.CurrentThread.Priority = ThreadPriority.BelowNormal;
    }

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, uint who, int priority);
}
