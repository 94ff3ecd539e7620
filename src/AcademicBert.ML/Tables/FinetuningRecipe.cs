using System.ComponentModel;
using AcademicBert.Finetuning;
using AcademicBert.Training;

namespace AcademicBert.Tables;

/// <summary>What the label column of a file holds.</summary>
public enum FinetuningTask
{
    /// <summary>Numbers of which one at least has a fraction are <see cref="Regression"/>, anything else is <see cref="Classification"/>.</summary>
    Auto,

    /// <summary>A class of each row: what stands there is its name.</summary>
    Classification,

    /// <summary>A number of each row.</summary>
    Regression,

    /// <summary>A label for each word of the text, with spaces between them.</summary>
    TokenClassification,
}

/// <summary>Everything that decides what fine-tuning on a file gives, but the model and the file: the content of a recipe file.</summary>
public sealed record FinetuningRecipe : TableOptions
{
    /// <summary>Column of what is to be learnt; rows where it is empty are left out and counted. Default "label".</summary>
    public string Label { get; init; } = "label";

    /// <summary>What the label column holds. Default: found out from its content.</summary>
    [Category("Labels and validation")]
    public FinetuningTask Task { get; init; }

    /// <summary>
    /// Share of the rows, of each class to within a row, drawn by the seed, that are held out where no validation file is given: the epoch that scores best on them is kept, and
    /// metrics are measured on them. Default 0.1; 0 trains on all rows and keeps the last epoch.
    /// </summary>
    [Category("Labels and validation")]
    public double ValidationShare { get; init; } = 0.1;

    /// <summary>Weight of classes in the loss, by name; those not named have 1. Default null: 1 for all.</summary>
    [Category("Labels and validation")]
    public IReadOnlyDictionary<string, double>? ClassWeights { get; init; }

    /// <summary>Whether classes are weighted by the inverse of their share of the training rows, so that each counts alike. Default false.</summary>
    [Category("Labels and validation")]
    public bool BalanceClasses { get; init; }

    /// <summary>Whether the probabilities of a classifier of rows are calibrated on the validation rows. Default true.</summary>
    [Category("Labels and validation")]
    public bool Calibrate { get; init; } = true;

    /// <summary>How to train.</summary>
    public FinetuningOptions Finetuning { get; init; } = new();

    /// <summary>Reads a recipe file: JSON in camelCase with comments; what it leaves out has its default.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is no recipe; the message names file, line and key.</exception>
    public static FinetuningRecipe Load(string path) => OptionsJson.Read<FinetuningRecipe>(path);

    /// <summary>Reads a recipe from JSON text.</summary>
    /// <param name="json">The text.</param>
    /// <param name="source">Where it comes from, for messages.</param>
    /// <exception cref="InvalidDataException">The text is no recipe; the message names source, line and key.</exception>
    public static FinetuningRecipe Parse(string json, string source) => OptionsJson.Parse<FinetuningRecipe>(json, source);

    /// <summary>The recipe as JSON, with every option.</summary>
    public string ToJson() => OptionsJson.Write(this);

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Require(!string.IsNullOrEmpty(Label) && Label != Text && Label != SecondText, nameof(Label), $"is '{Label}'; it must be another column than those of the texts");
        Require(ValidationShare is >= 0 and < 1, nameof(ValidationShare), $"is {ValidationShare}; it must be at least 0 and below 1");
        bool weighted = ClassWeights is not null || BalanceClasses;
        Require(!weighted || Task is FinetuningTask.Auto or FinetuningTask.Classification, weighted && BalanceClasses ? nameof(BalanceClasses) : nameof(ClassWeights), $"is set; only {FinetuningTask.Classification} has classes of rows");
        Require(Task != FinetuningTask.TokenClassification || SecondText is null, nameof(SecondText), $"is '{SecondText}'; words are labelled in one text, leave it null");
        Finetuning.Validate();
    }
}
