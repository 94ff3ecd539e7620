using System.IO.Compression;
using System.Reflection;

namespace AcademicBert.Native.Cuda;

/// <summary>The compiled kernels that this assembly carries, as PTX, which the driver translates for its GPU and caches.</summary>
internal static class PtxLibrary
{
    // PTX of sm_80 is that of sm_90 too: no kernel uses what only Hopper has.
    private static readonly int[] s_targets = [80, 70];

    /// <summary>Oldest compute capability times ten that there are kernels for.</summary>
    public static int Oldest => s_targets[^1];

    /// <summary>The newest target a GPU of a compute capability runs.</summary>
    public static string TargetFor(int capability) => $"sm_{s_targets.First(target => target <= capability)}";

    /// <summary>PTX of a target, ended by a zero as the driver wants it.</summary>
    public static byte[] Read(string target)
    {
        string name = $"AcademicBert.Native.Ptx.{target}.ptx.gz";
        using Stream packed = Assembly.GetExecutingAssembly().GetManifestResourceStream(name) ?? throw new InvalidOperationException($"The assembly has no resource {name}.");
        using var unpacked = new GZipStream(packed, CompressionMode.Decompress);
        using var bytes = new MemoryStream();
        unpacked.CopyTo(bytes);
        bytes.WriteByte(0);
        return bytes.ToArray();
    }
}
