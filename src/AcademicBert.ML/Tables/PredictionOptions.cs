using AcademicBert.Modeling;
using AcademicBert.Training;

namespace AcademicBert.Tables;

/// <summary>Where texts are in a file, and what is predicted of them.</summary>
public sealed record PredictionOptions : TableOptions
{
    /// <summary>Whether a classifier's row has the probability of every class, and not only that of the most probable. Default false.</summary>
    public bool AllScores { get; init; }

    /// <summary>Columns of the table that stand before the predictions in what is written; "*" stands for all. Default: none.</summary>
    public IReadOnlyList<string> Keep { get; init; } = [];

    /// <summary>Words a masked-language model gives for each [MASK]. Default 5.</summary>
    public int Words { get; init; } = 5;

    /// <summary>Rows read ahead and scored together, neighbours in length in one batch. Default 256.</summary>
    public int BatchSize { get; init; } = 256;

    /// <summary>Tokens of the longest input of a classifier or regressor of texts; longer ones are truncated. Default 0: as many as the model has trained positions.</summary>
    public int MaxLength { get; init; }

    /// <summary>Type of matrix products of a classifier or regressor of texts. Default fp32; <see cref="ComputePrecision.Auto"/> is bf16 where the processor multiplies it: faster, with scores that differ in the third digit.</summary>
    public ComputePrecision Precision { get; init; } = ComputePrecision.Float32;

    /// <summary>The options for a table like the one a model was fine-tuned on: its columns of texts; the defaults where the model folder has no memory of one.</summary>
    /// <param name="modelFolder">The model folder.</param>
    /// <exception cref="InvalidDataException">What the folder remembers is damaged; the message names the file.</exception>
    public static PredictionOptions For(string modelFolder) =>
        TableColumns.Find(modelFolder) is { } columns ? new PredictionOptions { Text = columns.Text, SecondText = columns.SecondText } : new PredictionOptions();

    /// <summary>Reads options from a file: JSON in camelCase with comments; what it leaves out has its default.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file holds no such options; the message names file, line and key.</exception>
    public static PredictionOptions Load(string path) => OptionsJson.Read<PredictionOptions>(path);

    /// <summary>Reads options from JSON text.</summary>
    /// <param name="json">The text.</param>
    /// <param name="source">Where it comes from, for messages.</param>
    /// <exception cref="InvalidDataException">The text holds no such options; the message names source, line and key.</exception>
    public static PredictionOptions Parse(string json, string source) => OptionsJson.Parse<PredictionOptions>(json, source);

    /// <summary>The options as JSON, with every one.</summary>
    public string ToJson() => OptionsJson.Write(this);

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Require(Keep.All(name => !string.IsNullOrWhiteSpace(name)) && Keep.Distinct(StringComparer.Ordinal).Count() == Keep.Count, nameof(Keep), $"is '{string.Join(",", Keep)}'; it must name columns, each once");
        Require(Words >= 1, nameof(Words), $"is {Words}; it must be at least 1");
        Require(BatchSize >= 1, nameof(BatchSize), $"is {BatchSize}; it must be at least 1");
        Require(MaxLength is 0 or >= 8, nameof(MaxLength), $"is {MaxLength}; it must be at least 8, or 0 for the model's own length");
    }

    /// <summary>Checks every option, and that a model of pairs gets pairs.</summary>
    /// <param name="modelFolder">The model folder.</param>
    /// <exception cref="ArgumentException">An option is invalid, or the model was fine-tuned on pairs and there is no column of second texts.</exception>
    internal void ValidateFor(string modelFolder)
    {
        Validate();
        if (SecondText is null && TableColumns.Find(modelFolder)?.SecondText is { } second)
            throw new ArgumentException($"{nameof(PredictionOptions)}.{nameof(SecondText)} is not set, but the model was fine-tuned on pairs, of which column '{second}' was the second. Name the column of the second texts.", nameof(SecondText));
    }
}
