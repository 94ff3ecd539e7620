using AcademicBert.ML.Hosting;
using AcademicBert.Modeling;
using AcademicBert.Scoring;
using AcademicBert.Training;
using Microsoft.ML;

namespace AcademicBert.Finetuning;

/// <summary>What the options of all fine-tuning trainers have in common.</summary>
public abstract record BertTrainerOptions
{
    private protected BertTrainerOptions()
    {
    }

    /// <summary>Column of what is to be learnt; rows without a value are skipped and counted. Default "Label".</summary>
    public string LabelColumnName { get; init; } = "Label";

    /// <summary>Column of scores that is added. Default "Score".</summary>
    public string ScoreColumnName { get; init; } = "Score";

    /// <summary>Text column of the sentence, or of the first of a pair. Default "Sentence1".</summary>
    public string Sentence1ColumnName { get; init; } = "Sentence1";

    /// <summary>Text column of the second sentence; null: there is none. Default null, for <see cref="BertRegressionOptions"/> "Sentence2".</summary>
    public string? Sentence2ColumnName { get; init; }

    /// <summary>Model folder to start from, ours or Hugging Face's; null: the model that <c>BertPretrain</c> or <c>BertEmbed</c> left on a column of the same chain.</summary>
    public string? ModelFolder { get; init; }

    /// <summary>Rows to choose the best epoch by, with the same columns; null: the last epoch is kept.</summary>
    public IDataView? ValidationSet { get; init; }

    /// <summary>How to train.</summary>
    public FinetuningOptions Finetuning { get; init; } = new();

    /// <summary>
    /// Folder that gets a checkpoint after every epoch; fitting again on the same rows continues there. Null: nothing is kept. Leave it null for
    /// ML.NET's <c>CrossValidate</c>, which fits on other rows for every fold. Default null.
    /// </summary>
    public string? RunFolder { get; init; }

    /// <summary>Rows read ahead and scored together, neighbours in length in one batch: at most 65,536. Default 256.</summary>
    public int ScoringBatchSize { get; init; } = 256;

    /// <summary>
    /// Type of matrix products when scoring. Default fp32: the same numbers on every processor. <see cref="ComputePrecision.Auto"/> is bf16
    /// where the processor multiplies it: faster, with scores that differ in the third digit.
    /// </summary>
    public ComputePrecision ScoringPrecision { get; init; } = ComputePrecision.Float32;

    /// <summary>Called after every epoch, on the training thread.</summary>
    public Action<FinetuningProgress>? MetricsCallback { get; init; }

    /// <summary>Stops fitting with <see cref="OperationCanceledException"/>.</summary>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>The options that name a column which is added.</summary>
    private protected virtual IEnumerable<(string Option, string Column)> Added => [(nameof(ScoreColumnName), ScoreColumnName)];

    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    public virtual void Validate()
    {
        OptionValues.Check(this);
        (string Option, string? Column)[] columns =
            [(nameof(LabelColumnName), LabelColumnName), (nameof(Sentence1ColumnName), Sentence1ColumnName), (nameof(Sentence2ColumnName), Sentence2ColumnName), .. Added];
        foreach ((string option, string? column) in columns)
            if (column is "")
                throw Wrong(option, "empty", "name a column");
        if (Added.GroupBy(added => added.Column).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw Wrong(twice.Last().Option, $"'{twice.Key}'", $"so is {twice.First().Option}, and each adds a column");
        (string Option, string? Folder)[] folders = [(nameof(ModelFolder), ModelFolder), (nameof(RunFolder), RunFolder)];
        foreach ((string option, string? folder) in folders)
            if (folder is "")
                throw Wrong(option, "empty", "name a folder, or leave it null");
        if (ScoringBatchSize is < 1 or > TextColumns.LargestBatch)
            throw Wrong(nameof(ScoringBatchSize), $"{ScoringBatchSize}", $"it must be between 1 and {TextColumns.LargestBatch}");
        if (Finetuning.EarlyStoppingPatience > 0 && ValidationSet is null)
            throw new ArgumentException($"{nameof(FinetuningOptions)}.{nameof(FinetuningOptions.EarlyStoppingPatience)} needs a {nameof(ValidationSet)}.", nameof(ValidationSet));
        Finetuning.Validate();
    }

    /// <summary>Checks that a shape has the text columns.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is missing or of another type; the message names it.</exception>
    internal void RequireText(SchemaShape shape)
    {
        SchemaShapes.RequireText(shape, Sentence1ColumnName);
        if (Sentence2ColumnName is not { } second)
            return;
        // A default may name one that nobody thought of.
        if (!shape.Any(column => column.Name == second))
            throw new ArgumentOutOfRangeException(
                "inputSchema", $"There is no column '{second}', which {GetType().Name}.{nameof(Sentence2ColumnName)} names; set it to null for single sentences. The columns are {string.Join(", ", shape.Select(column => $"'{column.Name}'"))}.");
        SchemaShapes.RequireText(shape, second);
    }

    /// <summary>The classes of the label column, which must be those of <see cref="ValidationSet"/> as well.</summary>
    /// <exception cref="ArgumentException">They are not.</exception>
    internal LabelKeys Classes(IDataView input, Func<DataViewSchema, string, DataViewSchema.Column> require)
    {
        LabelKeys training = LabelKeys.Of(require(input.Schema, LabelColumnName));
        if (ValidationSet is { } set && LabelKeys.Of(require(set.Schema, LabelColumnName)) is var validation && !validation.Names.SequenceEqual(training.Names))
            throw new ArgumentException(
                $"The classes of '{LabelColumnName}' in {nameof(ValidationSet)} ({string.Join(", ", validation.Names.Take(5))}, ...) are not those of the training rows ({string.Join(", ", training.Names.Take(5))}, ...): transform both with the same fitted MapValueToKey.");
        return training;
    }

    private protected ArgumentException Wrong(string option, string value, string rule) => new($"{GetType().Name}.{option} is {value}; {rule}.", option);
}
