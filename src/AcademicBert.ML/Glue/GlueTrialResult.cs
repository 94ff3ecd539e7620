using System.Text.Json.Serialization;

namespace AcademicBert.Glue;

/// <summary>What came of a trial.</summary>
public sealed record GlueTrialResult
{
    /// <summary>The trial.</summary>
    public required GlueTrial Trial { get; init; }

    /// <summary>Dev score the choice is made by: the task's first metric, for MNLI the mean of both halves; null: the trial failed, or the metric is not defined because every prediction is the same.</summary>
    public double? Score { get; init; }

    /// <summary>Every metric of every evaluation's dev rows.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<GlueMetric, double?>> Scores { get; init; } = new Dictionary<string, IReadOnlyDictionary<GlueMetric, double?>>();

    /// <summary>Mean training loss of the last epoch.</summary>
    public double? Loss { get; init; }

    /// <summary>Optimizer steps.</summary>
    public long Steps { get; init; }

    /// <summary>Seconds of training and scoring.</summary>
    public double Seconds { get; init; }

    /// <summary>Why the trial failed; null: it did not.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Error { get; init; }
}
