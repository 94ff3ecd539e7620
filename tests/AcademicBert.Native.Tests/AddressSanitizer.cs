using System.Runtime.InteropServices;

namespace AcademicBert.Native.Tests;

/// <summary>Memory that instrumented kernels must not touch; nothing where the runtime of AddressSanitizer is not loaded (<c>tests/address-sanitizer.sh</c>).</summary>
internal static unsafe class AddressSanitizer
{
    private static readonly delegate* unmanaged<byte*, nuint, void> s_poison = (delegate* unmanaged<byte*, nuint, void>)Find("__asan_poison_memory_region");
    private static readonly delegate* unmanaged<byte*, nuint, void> s_unpoison = (delegate* unmanaged<byte*, nuint, void>)Find("__asan_unpoison_memory_region");
    private static readonly delegate* unmanaged<byte*, int> s_isPoisoned = (delegate* unmanaged<byte*, int>)Find("__asan_address_is_poisoned");

    public static bool IsLoaded => s_poison is not null;

    public static void Poison(byte* memory, long bytes)
    {
        if (IsLoaded)
            s_poison(memory, (nuint)bytes);
    }

    public static void Unpoison(byte* memory, long bytes)
    {
        if (IsLoaded)
            s_unpoison(memory, (nuint)bytes);
    }

    public static bool IsPoisoned(byte* memory) => s_isPoisoned(memory) != 0;

    private static nint Find(string function) => NativeLibrary.TryGetExport(NativeLibrary.GetMainProgramHandle(), function, out nint address) ? address : 0;
}
