using System.Globalization;
using System.Text.Json.Serialization;
using Microsoft.ML.SearchSpace;

namespace AcademicBert.Glue;

/// <summary>One fine-tuning of a grid. The attributes are the paper's grid (Table 5) as a search space of ML.NET.</summary>
public sealed record GlueTrial
{
    /// <summary>Highest learning rate. Default 5e-5.</summary>
    [Choice(new object[] { 1e-5, 3e-5, 5e-5, 8e-5 }, 5e-5)]
    public double LearningRate { get; init; } = 5e-5;

    /// <summary>Rows of a step. Default 32.</summary>
    [Choice(new object[] { 16, 32 }, 32)]
    public int BatchSize { get; init; } = 32;

    /// <summary>Passes over the training rows. Default 5.</summary>
    [Choice(new object[] { 3, 5, 10 }, 5)]
    public int Epochs { get; init; } = 5;

    /// <summary>Seed of the head, the order of rows and dropout. Default 1.</summary>
    [Choice(new object[] { 1, 2, 3, 4, 5 }, 1)]
    public int Seed { get; init; } = 1;

    /// <summary>The configuration, without the seed, as a name.</summary>
    [JsonIgnore]
    public string Configuration => string.Create(CultureInfo.InvariantCulture, $"lr{LearningRate:0.###E-0}-batch{BatchSize}-epochs{Epochs}");

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Configuration}-seed{Seed}");
}
