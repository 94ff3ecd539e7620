using System.Globalization;
using AcademicBert.Cli.Doctor;
using AcademicBert.Modeling;

namespace AcademicBert.Cli.Display;

/// <summary>A doctor's report in lines.</summary>
internal static class DoctorText
{
    /// <summary>The lines.</summary>
    public static IEnumerable<string> Of(DoctorReport report)
    {
        Machine machine = report.Machine;
        yield return Line("academicbert", $"{report.Version}, .NET {report.Runtime}, ML.NET {report.MLNet}");
        yield return Line("system", $"{machine.System}");
        yield return Line("processor", $"{machine.Processor}: {machine.Processors} processors, {(machine.InstructionSets.Count > 0 ? string.Join(", ", machine.InstructionSets) : "neither AVX2 nor AVX-512")}");
        yield return Line("memory", $"{Size(machine.FreeMemory)} free of {Size(machine.Memory)}");
        yield return Line("limits", $"{Limits(machine.Limits)}");
        yield return Line("disk", $"{Size(machine.FreeDisk)} free in {machine.Folder}");
        yield return Line("GPU", $"{(machine.Gpus.Count > 0 ? string.Join(", ", machine.Gpus) : "none")}");
        yield return report.Engine is { } engine
            ? Line("libtorch", $"{engine.LibTorchVersion} from {engine.LibTorchPath}, TorchSharp {engine.TorchSharpVersion}, {engine.Threads} threads")
            : Line("libtorch", $"cannot be used, so that nothing can be trained: {report.Problem}");
        foreach (ComputeDevice device in report.Engine?.Devices ?? [])
            yield return Line(device.Name, $"{device.Kernels}; products in {device.Products}, {device.OperationsPerSecond / 1e9:N0} billion operations a second");
        foreach (string advice in report.Advice)
            yield return $"→ {advice}";
        if (report.Advice.Count == 0 && report.Problem is null)
            yield return "Nothing stands in the way.";
    }

    private static string Limits(ControlGroup limits) => (limits.Memory, limits.Processors) switch
    {
        (null, null) => "none",
        ({ } memory, null) => Size(memory),
        (null, { } processors) => Time(processors),
        ({ } memory, { } processors) => $"{Size(memory)}, {Time(processors)}",
    };

    private static string Time(double processors) => string.Create(CultureInfo.InvariantCulture, $"{processors:0.##} processors' worth of time");

    private static string Size(long? bytes) => bytes is { } known ? string.Create(CultureInfo.InvariantCulture, $"{known / 1e9:N1} GB") : "unknown";

    private static string Line(string name, FormattableString text) => $"{name,-13} {text.ToString(CultureInfo.InvariantCulture)}";
}
