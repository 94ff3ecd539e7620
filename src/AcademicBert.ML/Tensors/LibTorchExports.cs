using System.Runtime.InteropServices;

namespace AcademicBert.Tensors;

/// <summary>What the C interface of the loaded libtorch has: it differs between versions and systems.</summary>
internal static class LibTorchExports
{
    /// <summary>Address of a function; 0 where there is none of that name.</summary>
    public static nint Find(string name) =>
        NativeLibrary.TryLoad("torch_cpu", typeof(TorchSharp.torch).Assembly, null, out nint library) && NativeLibrary.TryGetExport(library, name, out nint address) ? address : 0;
}
