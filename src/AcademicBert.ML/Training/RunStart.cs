using System.Text.Json;

namespace AcademicBert.Training;

/// <summary>A start of a training run, or of its continuation: when, where, and with which engine.</summary>
public sealed record RunStart
{
    /// <summary>When the process began to train.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Steps that were done before.</summary>
    public required long Step { get; init; }

    /// <summary>The machine; of several ranks, that of rank 0.</summary>
    public required MachineDescription Machine { get; init; }

    /// <summary>The device, such as <c>cpu</c> or <c>cuda:0</c>.</summary>
    public required string Device { get; init; }

    /// <summary>The fused kernels that were used, such as <c>avx512</c>; null: libtorch's operations were.</summary>
    public string? Kernels { get; init; }

    /// <summary>Type of the matrix products, such as <c>BFloat16</c>.</summary>
    public required string ComputeType { get; init; }

    /// <summary>Processor threads of the engine.</summary>
    public required int Threads { get; init; }

    /// <summary>Processes, or devices, that trained together.</summary>
    public required int Ranks { get; init; }
}

/// <summary>The starts of a run in its folder, a line of JSON each.</summary>
internal static class RunStartLog
{
    public const string FileName = "starts.jsonl";

    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web) { RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    /// <summary>Adds a start; one before the first step begins the file anew, as it does the run.</summary>
    public static void Add(string runFolder, RunStart start)
    {
        string path = Path.Combine(runFolder, FileName);
        long keep = start.Step > 0 ? Lines(runFolder).Select(line => line.End).LastOrDefault() : 0;
        using FileStream stream = JsonLines.Append(path, keep);
        JsonLines.Write(stream, start, s_json);
    }

    /// <summary>The starts so far; none where the folder has no such file.</summary>
    public static IReadOnlyList<RunStart> Read(string runFolder) => [.. Lines(runFolder).Select(line => line.Line)];

    private static IEnumerable<(RunStart Line, long End)> Lines(string runFolder)
    {
        string path = Path.Combine(runFolder, FileName);
        return File.Exists(path) ? JsonLines.Read<RunStart>(path, s_json) : [];
    }
}
