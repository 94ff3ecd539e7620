using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using AcademicBert.Native.Cuda;
using AcademicBert.Training;

namespace AcademicBert.Cli.Doctor;

/// <summary>The machine, as far as training depends on it. Sizes are bytes; what cannot be found out is null.</summary>
internal sealed record Machine
{
    /// <summary>Operating system and architecture.</summary>
    public required string System { get; init; }

    /// <summary>Name of the processor.</summary>
    public required string Processor { get; init; }

    /// <summary>Instruction sets that matter here: AVX2, AVX-512, AVX512_BF16, AMX_BF16.</summary>
    public required IReadOnlyList<string> InstructionSets { get; init; }

    /// <summary>Processors this process may use.</summary>
    public required int Processors { get; init; }

    /// <summary>Memory of the machine.</summary>
    public required long? Memory { get; init; }

    /// <summary>Memory that is free or can be freed.</summary>
    public required long? FreeMemory { get; init; }

    /// <summary>Limits of the control group.</summary>
    public required ControlGroup Limits { get; init; }

    /// <summary>The current folder.</summary>
    public required string Folder { get; init; }

    /// <summary>Free space there.</summary>
    public required long? FreeDisk { get; init; }

    /// <summary>GPUs that the driver shows.</summary>
    public required IReadOnlyList<string> Gpus { get; init; }

    /// <summary>Looks at this machine.</summary>
    public static Machine Read()
    {
        string folder = Environment.CurrentDirectory;
        return new Machine
        {
            System = $"{RuntimeInformation.OSDescription.Trim()} ({RuntimeInformation.ProcessArchitecture})",
            Processor = MachineDescription.Current.Processor,
            InstructionSets = [.. Sets()],
            Processors = Environment.ProcessorCount,
            Memory = Kilobytes("MemTotal") ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
            FreeMemory = Kilobytes("MemAvailable"),
            Limits = ControlGroup.Read("/"),
            Folder = folder,
            FreeDisk = FreeSpace(folder),
            Gpus = CudaDevice.Names(),
        };
    }

    private static IEnumerable<string> Sets()
    {
        if (Avx2.IsSupported)
            yield return "AVX2";
        if (Avx512BW.IsSupported)
            yield return "AVX-512";
        if (!X86Base.IsSupported || X86Base.CpuId(0, 0).Eax < 7)
            yield break;
        // Intel's manual, CPUID leaf 7: AVX512_BF16 is bit 5 of EAX in subleaf 1, AMX-BF16 bit 22 of EDX in subleaf 0.
        if (Avx512BW.IsSupported && (X86Base.CpuId(7, 1).Eax & 1 << 5) != 0)
            yield return "AVX512_BF16";
        if ((X86Base.CpuId(7, 0).Edx & 1 << 22) != 0)
            yield return "AMX_BF16";
    }

    private static long? FreeSpace(string folder)
    {
        try
        {
            return new DriveInfo(folder).AvailableFreeSpace;
        }
        catch (Exception error) when (error is IOException or ArgumentException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static long? Kilobytes(string name) =>
        Line("/proc/meminfo", name)?.Split(' ')[0] is { } text && long.TryParse(text, CultureInfo.InvariantCulture, out long kilobytes) ? kilobytes * 1024 : null;

    private static string? Line(string file, string name) =>
        File.Exists(file) && File.ReadLines(file).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal)) is { } line ? line[(line.IndexOf(':') + 1)..].Trim() : null;
}
