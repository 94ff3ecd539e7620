using System.Text.Json.Serialization;
using AcademicBert.Training;

namespace AcademicBert.Sweeps;

/// <summary>What a run had come to at a rung, or at its end.</summary>
public sealed record RungResult
{
    /// <summary>The configuration's name.</summary>
    public required string Configuration { get; init; }

    /// <summary>Index of the rung; the number of rungs for the end.</summary>
    public required int Rung { get; init; }

    /// <summary>Steps, samples and training time.</summary>
    public TrainingPosition Position { get; init; }

    /// <summary>Held-out loss; not a number for a run that failed.</summary>
    public required double Loss { get; init; }

    /// <summary>Held-out accuracy.</summary>
    public double Accuracy { get; init; }

    /// <summary>Why the run failed; null: it did not.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Error { get; init; }

    /// <summary>Whether the run can be compared and go on.</summary>
    [JsonIgnore]
    public bool IsSound => Error is null && double.IsFinite(Loss);
}
