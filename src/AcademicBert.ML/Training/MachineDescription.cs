using System.Runtime.InteropServices;

namespace AcademicBert.Training;

/// <summary>The machine a process runs on, for people to read.</summary>
/// <param name="Processor">Name of the processor, or its architecture where the system tells no name.</param>
/// <param name="Cores">Logical processors this process may use.</param>
/// <param name="MemoryBytes">Memory this process may use, in bytes.</param>
/// <param name="OperatingSystem">Name and version of the operating system.</param>
/// <param name="Runtime">Version of .NET.</param>
public sealed record MachineDescription(string Processor, int Cores, long MemoryBytes, string OperatingSystem, string Runtime)
{
    /// <summary>Describes this machine.</summary>
    public static MachineDescription Current { get; } = new(
        ProcessorName(), Environment.ProcessorCount, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, RuntimeInformation.OSDescription.Trim(), RuntimeInformation.FrameworkDescription);

    private static string ProcessorName()
    {
        const string linux = "/proc/cpuinfo", key = "model name";
        string? line = File.Exists(linux) ? File.ReadLines(linux).FirstOrDefault(text => text.StartsWith(key, StringComparison.Ordinal)) : null;
        return line?[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim()
            ?? Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER") // Windows
            ?? RuntimeInformation.ProcessArchitecture.ToString();
    }
}
