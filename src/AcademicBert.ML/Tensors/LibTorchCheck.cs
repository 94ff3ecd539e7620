using System.Runtime.InteropServices;

namespace AcademicBert.Tensors;

/// <summary>Whether a libtorch that was not made for TorchSharp's shim has what the shim asks for.</summary>
internal static class LibTorchCheck
{
    private const string MadeFor = "2.10";

    // Functions are looked up when they are first called, data when the shim is loaded: tables and type information of classes.
    private static readonly string[] s_data = ["_ZTV", "_ZTI", "_ZTS", "_ZTT"];

    /// <summary>Throws, with what to do, where the shim could not load; says in one line where some of its functions are missing.</summary>
    /// <param name="folder">The libtorch's folder.</param>
    /// <param name="libtorch">Its libtorch_cpu, loaded.</param>
    /// <param name="shim">TorchSharp's shim; null where it was not found, and nothing is checked.</param>
    /// <exception cref="DllNotFoundException">They do not fit.</exception>
    public static void Require(string folder, nint libtorch, string? shim)
    {
        if (shim is null)
            return;
        IReadOnlyList<string> missing = Missing(File.ReadAllBytes(shim), libtorch);
        string[] data = [.. missing.Where(name => s_data.Any(name.StartsWith))];
        string which = $"The libtorch in '{folder}'{VersionOf(folder)} is another than {MadeFor}, which TorchSharp 0.107 was made for";
        if (data.Length > 0)
            throw new DllNotFoundException($"{which}, and lacks {missing.Count} of its symbols, such as {data[0]}. Install a PyTorch of version {MadeFor}, or use the packages of libtorch instead of {TorchLoader.LibTorchVariable}.");
        if (missing.Count > 0)
            Console.Error.WriteLine($"AcademicBert: {which}; it lacks {missing.Count} of its functions, such as {missing[0]}. What needs one of them will fail.");
    }

    /// <summary>Names of libtorch that a shim asks for and a loaded libtorch does not have.</summary>
    public static IReadOnlyList<string> Missing(ReadOnlySpan<byte> shim, nint libtorch) =>
        [.. ElfSymbols.Required(shim).Where(name => IsOfTorch(name) && !NativeLibrary.TryGetExport(libtorch, name, out _))];

    private static bool IsOfTorch(string name) => name.StartsWith("_Z", StringComparison.Ordinal) && (name.Contains("2at", StringComparison.Ordinal) || name.Contains("3c10", StringComparison.Ordinal) || name.Contains("5torch", StringComparison.Ordinal));

    // PyTorch says its version beside its lib folder.
    private static string VersionOf(string folder)
    {
        string file = Path.Combine(folder, "..", "version.py");
        string? line = File.Exists(file) ? File.ReadLines(file).FirstOrDefault(line => line.StartsWith("__version__", StringComparison.Ordinal)) : null;
        return line is null ? "" : $" ({line[(line.IndexOf('=') + 1)..].Trim().Trim('\'')})";
    }
}
