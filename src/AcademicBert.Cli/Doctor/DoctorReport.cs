using AcademicBert.Cli.Display;
using AcademicBert.Modeling;
using Microsoft.ML;

namespace AcademicBert.Cli.Doctor;

/// <summary>What <c>academicbert doctor</c> finds.</summary>
internal sealed record DoctorReport
{
    /// <summary>Version of this program.</summary>
    public required string Version { get; init; }

    /// <summary>Version of .NET.</summary>
    public required string Runtime { get; init; }

    /// <summary>Version of ML.NET.</summary>
    public required string MLNet { get; init; }

    /// <summary>The machine.</summary>
    public required Machine Machine { get; init; }

    /// <summary>libtorch, devices and kernels; null where they cannot be used.</summary>
    public required ComputeEngine? Engine { get; init; }

    /// <summary>Why they cannot be used; null where they can.</summary>
    public required string? Problem { get; init; }

    /// <summary>What would make training faster, or larger models possible, one line each.</summary>
    public IReadOnlyList<string> Advice => [.. Doctor.Advice.On(Machine, Engine)];

    /// <summary>Looks at this machine and process.</summary>
    public static DoctorReport Read()
    {
        (ComputeEngine? engine, string? problem) = ReadEngine();
        return new DoctorReport
        {
            Version = VersionOf(typeof(DoctorReport)),
            Runtime = Environment.Version.ToString(),
            MLNet = VersionOf(typeof(MLContext)),
            Machine = Machine.Read(),
            Engine = engine,
            Problem = problem,
        };
    }

    private static (ComputeEngine?, string?) ReadEngine()
    {
        try
        {
            return (ComputeEngine.Read(), null);
        }
        catch (Exception error)
        {
            return (null, ErrorText.Of(error));
        }
    }

    private static string VersionOf(Type type) => System.Diagnostics.FileVersionInfo.GetVersionInfo(type.Assembly.Location).ProductVersion?.Split('+')[0] ?? "unknown";
}
