using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace AcademicBert.Tensors;

/// <summary>
/// Room for signals on processors with AMX. Where a thread has used its tiles, which libtorch's bf16 products do, Linux puts 8 KB more on the stack for each
/// signal; .NET 10 sets aside less than that and its own handler need, so that a null reference, which .NET catches as a signal, would end the process.
/// </summary>
internal static unsafe partial class SignalStack
{
    private const int Size = 256 << 10;

    // Of sys/mman.h and bits/sigstack.h, Linux on x64.
    private const int ReadAndWrite = 3, PrivateAnonymous = 0x22, Disabled = 2;

    private static readonly bool s_isNeeded = OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64 && HasTiles();

    [ThreadStatic]
    private static bool t_isLarge;

    /// <summary>Gives the calling thread a large one, once.</summary>
    public static void Ensure()
    {
        if (t_isLarge || !s_isNeeded)
            return;
        t_isLarge = true;
        Enlarge();
    }

    private static void Enlarge()
    {
        Stack before;
        // One that is disabled is that of a thread without managed code, or of a runtime that needs none.
        if (SetStack(null, &before) != 0 || (before.Flags & Disabled) != 0 || before.Size >= Size)
            return;
        nint memory = Map(0, Size, ReadAndWrite, PrivateAnonymous, -1, 0);
        if (memory == -1)
            return;
        // .NET unmaps whatever a thread has when it ends.
        var large = new Stack { Address = memory, Size = Size };
        SetStack(&large, null);
    }

    // Intel's manual, CPUID leaf 7: AMX-TILE is bit 24 of EDX.
    private static bool HasTiles() => X86Base.IsSupported && X86Base.CpuId(0, 0).Eax >= 7 && (X86Base.CpuId(7, 0).Edx >> 24 & 1) != 0;

    // stack_t.
    [StructLayout(LayoutKind.Sequential)]
    private struct Stack
    {
        public nint Address;
        public int Flags;
        public nint Size;
    }

    [LibraryImport("libc", EntryPoint = "sigaltstack")]
    private static partial int SetStack(Stack* now, Stack* before);

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial nint Map(nint address, nint length, int protection, int flags, int file, nint offset);
}
