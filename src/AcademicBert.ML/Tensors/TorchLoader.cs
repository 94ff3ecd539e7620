using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using TorchSharp;

namespace AcademicBert.Tensors;

/// <summary>
/// Makes TorchSharp loadable on every Linux it could run on, before anything touches it.
/// TorchSharp 0.107's shim asks for a libstdc++ of GCC 13 (GLIBCXX_3.4.32) without needing it; where that is missing
/// the requirement is relaxed in a copy that exists in memory only.
/// </summary>
internal static partial class TorchLoader
{
    private const string ShimName = "LibTorchSharp";
    private const string UnneededVersion = "GLIBCXX_3.4.32";

    /// <summary>Folder of the libtorch to use instead of the packaged one, for example of a PyTorch installation.</summary>
    internal const string LibTorchVariable = "ACADEMICBERT_LIBTORCH";

    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "The shim must be loadable before a user's first torch call, and nothing else of this library may have run by then.")]
    internal static void Initialize()
    {
        if (!OperatingSystem.IsLinux())
            return;
        // Spinning OpenMP threads ruin every neighbour and every small operation; the variable is read when libgomp loads,
        // from the C environment, which Environment.SetEnvironmentVariable does not reach.
        SetEnvironment("OMP_WAIT_POLICY", "passive", overwrite: 0);
        try
        {
            HookTorchSharp();
        }
        catch (FileNotFoundException)
        {
            // A program that only scores exported models may leave TorchSharp out.
            return;
        }

        if (Environment.GetEnvironmentVariable(LibTorchVariable) is { Length: > 0 } folder)
            LoadLibTorchFrom(folder);
    }

    // A method of its own: the assembly is looked for when it is compiled.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void HookTorchSharp()
    {
        if (AssemblyLoadContext.GetLoadContext(typeof(torch).Assembly) is { } context)
            context.ResolvingUnmanagedDll += Resolve;
    }

    private static IntPtr Resolve(Assembly requester, string name)
    {
        if (!name.Contains(ShimName, StringComparison.Ordinal) || FindShim() is not { } shim)
            return IntPtr.Zero;
        byte[] image = File.ReadAllBytes(shim);
        if (ElfVersionRequirement.MarkWeak(image, UnneededVersion) == 0)
            return IntPtr.Zero;
        // Loaded from memory the shim has no folder of its own to look for libtorch in: load what it needs first.
        string nativeFolder = Path.GetDirectoryName(shim)!;
        foreach (string dependency in (string[])["libc10.so", "libtorch_cpu.so", "libtorch.so"])
            if (Path.Combine(nativeFolder, dependency) is var path && File.Exists(path))
                NativeLibrary.Load(path);
        return LoadFromMemory(image);
    }

    private static string? FindShim() =>
        ((string?)AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Append(AppContext.BaseDirectory)
        .Append(Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native"))
        .Select(folder => Path.Combine(folder, "libLibTorchSharp.so"))
        .FirstOrDefault(File.Exists);

    private static void LoadLibTorchFrom(string folder)
    {
        string cpu = Path.Combine(folder, "libtorch_cpu.so");
        if (!File.Exists(cpu))
            throw new DllNotFoundException($"{LibTorchVariable} is '{folder}', but that folder has no libtorch_cpu.so. Point it to the lib folder of a libtorch or PyTorch installation.");
        try
        {
            // libtorch_cuda registers its hooks when it loads, and libtorch asks for them only once.
            foreach (string library in (string[])["libc10.so", "libtorch_cpu.so", "libtorch_cuda.so", "libtorch.so"])
                if (Path.Combine(folder, library) is var path && File.Exists(path))
                    NativeLibrary.Load(path);
        }
        catch (DllNotFoundException error)
        {
            throw new DllNotFoundException($"{LibTorchVariable} is '{folder}', but its libtorch does not load: {error.Message}", error);
        }

        LibTorchCheck.Require(folder, NativeLibrary.Load(cpu), FindShim());
    }

    private static unsafe IntPtr LoadFromMemory(ReadOnlySpan<byte> image)
    {
        int descriptor = CreateMemoryFile(ShimName, 0);
        if (descriptor < 0)
            return IntPtr.Zero;
        fixed (byte* bytes = image)
            for (nint written = 0; written < image.Length;)
            {
                nint count = Write(descriptor, bytes + written, image.Length - written);
                if (count <= 0)
                    return IntPtr.Zero;
                written += count;
            }
        // The descriptor stays open for the life of the process: debuggers and profilers read the library through it.
        return NativeLibrary.Load($"/proc/self/fd/{descriptor}");
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);

    [LibraryImport("libc", EntryPoint = "memfd_create", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int CreateMemoryFile(string name, uint flags);

    [LibraryImport("libc", EntryPoint = "write")]
    private static unsafe partial nint Write(int descriptor, byte* buffer, nint count);
}
