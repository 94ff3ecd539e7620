using System.ComponentModel;
using AcademicBert.Modeling;
using AcademicBert.Scoring;
using AcademicBert.Tensors;
using AcademicBert.Training;
using Microsoft.ML.SearchSpace;

namespace AcademicBert.Finetuning;

/// <summary>
/// How a pretrained model is fine-tuned. The defaults are in the middle of the paper's grid (Table 5), which the attributes of ML.NET's
/// search spaces hold: <c>new SearchSpace&lt;FinetuningOptions&gt;()</c> of Microsoft.ML.AutoML sweeps its 24 configurations.
/// </summary>
public sealed record FinetuningOptions
{
    /// <summary>Highest learning rate. Default 5e-5; the paper's grid is 1e-5, 3e-5, 5e-5 and 8e-5. Small models want more, up to 1e-3.</summary>
    [Choice(new object[] { 1e-5, 3e-5, 5e-5, 8e-5 }, 5e-5)]
    public double LearningRate { get; init; } = 5e-5;

    /// <summary>Passes over the training rows. Default 5; the paper's grid is 3, 5 and 10.</summary>
    [Choice(new object[] { 3, 5, 10 }, 5)]
    public int Epochs { get; init; } = 5;

    /// <summary>Rows of one step. Default 32; the paper's grid is 16 and 32.</summary>
    [Choice(new object[] { 16, 32 }, 32)]
    public int BatchSize { get; init; } = 32;

    /// <summary>Tokens of the longest input, [CLS] and [SEP] counted; longer ones are truncated, the longer sentence first. Default 0: as many as the model has trained positions.</summary>
    public int MaxLength { get; init; }

    /// <summary>Weight decay of matrices. Default 0.1 (paper, section 5).</summary>
    [Category("Optimizer")]
    public double WeightDecay { get; init; } = 0.1;

    /// <summary>Share of the steps that warm up. Default 0.06 (paper, section 5).</summary>
    [Category("Optimizer")]
    public double WarmupProportion { get; init; } = 0.06;

    /// <summary>Largest gradient norm. Default 1.</summary>
    [Category("Optimizer")]
    public double MaxGradientNorm { get; init; } = 1;

    /// <summary>Dropout everywhere in the model; null: the pretraining's.</summary>
    [Category("Optimizer")]
    public double? Dropout { get; init; }

    /// <summary>Whether the embeddings stay as pretrained. Default false.</summary>
    [Category("Optimizer")]
    public bool FreezeEmbeddings { get; init; }

    /// <summary>Number of layers, from the input on, that stay as pretrained, the embeddings with them. Default 0.</summary>
    [Category("Optimizer")]
    public int FrozenLayers { get; init; }

    /// <summary>Learning rate of a layer over that of the one above it; the head has the full rate, the embeddings the lowest. Default 1: the same everywhere, as in the paper.</summary>
    [Category("Optimizer")]
    public double LayerDecay { get; init; } = 1;

    /// <summary>
    /// Start from random parameters (BERT's own, of range 0.02, drawn by the seed) of the same network instead of the pretrained ones: what the
    /// pretrained model is better by is what pretraining brought. Default false.
    /// </summary>
    public bool Untrained { get; init; }

    /// <summary>Share of the target probability that is spread over all classes. Default 0; classification only.</summary>
    [Category("Optimizer")]
    public double LabelSmoothing { get; init; }

    /// <summary>Epochs without a better validation after which training stops; 0: never. Needs a validation set. Default 0.</summary>
    [Category("Labels and validation")]
    public int EarlyStoppingPatience { get; init; }

    /// <summary>Where to train and to score: auto, cpu, cuda, or cuda:N for the GPU of number N. Default null: where the pretrained model is, which is the CPU for one that was loaded.</summary>
    public string? Device { get; init; }

    /// <summary>Type of matrix products. Default: bf16 where processor and kernels have it, else fp32.</summary>
    public ComputePrecision Precision { get; init; }

    /// <summary>Seed of the head, the order of rows and dropout. Default 42.</summary>
    public ulong Seed { get; init; } = 42;

    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    public void Validate()
    {
        OptionValues.Check(this);
        Require(LearningRate > 0, nameof(LearningRate), LearningRate, "positive, such as 5e-5");
        Require(Epochs >= 1, nameof(Epochs), Epochs, "at least 1");
        Require(BatchSize is >= 1 and <= TextColumns.LargestBatch, nameof(BatchSize), BatchSize, $"between 1 and {TextColumns.LargestBatch}, such as 32");
        Require(MaxLength is 0 or >= 8, nameof(MaxLength), MaxLength, "at least 8, or 0 for the model's own length");
        Require(WeightDecay >= 0, nameof(WeightDecay), WeightDecay, "at least 0");
        Require(WarmupProportion is >= 0 and < 1, nameof(WarmupProportion), WarmupProportion, "at least 0 and below 1");
        Require(MaxGradientNorm >= 0, nameof(MaxGradientNorm), MaxGradientNorm, "at least 0; 0 switches clipping off");
        Require(Dropout is null or (>= 0 and < 1), nameof(Dropout), Dropout, "at least 0 and below 1, or left out");
        Require(FrozenLayers >= 0, nameof(FrozenLayers), FrozenLayers, "at least 0");
        Require(!Untrained || (FrozenLayers == 0 && !FreezeEmbeddings), nameof(Untrained), Untrained, $"false where {nameof(FinetuningOptions)}.{nameof(FrozenLayers)} or {nameof(FinetuningOptions)}.{nameof(FreezeEmbeddings)} keep parameters as they are");
        Require(LayerDecay is > 0 and <= 1, nameof(LayerDecay), LayerDecay, "above 0 and at most 1");
        Require(LabelSmoothing is >= 0 and < 1, nameof(LabelSmoothing), LabelSmoothing, "at least 0 and below 1");
        Require(Device is null || DeviceSelection.IsName(Device), nameof(Device), $"'{Device}'", $"{DeviceSelection.Names}");
        Require(EarlyStoppingPatience >= 0, nameof(EarlyStoppingPatience), EarlyStoppingPatience, "at least 0; 0 never stops early");
    }

    private static void Require(bool holds, string option, object? value, string rule)
    {
        if (!holds)
            throw new ArgumentException($"{nameof(FinetuningOptions)}.{option} is {value}; it must be {rule}.", option);
    }
}
