using AcademicBert.ML.Hosting;
using AcademicBert.Scoring;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace AcademicBert.Finetuning;

/// <summary>Fine-tunes a pretrained BERT to label the words of a text, such as with the entities they name.</summary>
/// <remarks>
/// To create it, use <c>mlContext.MulticlassClassification.Trainers.BertTokenClassification</c>. It reads a text and a vector of keys, one for
/// each word (what stands between white space), and adds <c>PredictedLabel</c> (keys of the same names), <c>Score</c> (their probabilities) and
/// <c>Words</c>. A word is labelled at its first token; the loss is the mean cross-entropy over the labelled words of a batch.
/// </remarks>
public sealed class BertTokenClassificationTrainer : IEstimator<BertTokenClassificationTransformer>
{
    private readonly IHost _host;
    private readonly BertTokenClassificationOptions _options;

    internal BertTokenClassificationTrainer(IHostEnvironment environment, BertTokenClassificationOptions options)
    {
        options.Validate();
        _host = environment.Register(nameof(BertTokenClassificationTrainer));
        _options = options;
    }

    /// <summary>Trains.</summary>
    /// <param name="input">Texts with a label for each word; words whose label is missing are skipped and counted.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type; the message names it.</exception>
    /// <exception cref="InvalidDataException">A row has not a label for each word; the message names it and says both counts.</exception>
    /// <exception cref="InvalidOperationException">There is no model to start from, or no word with a label.</exception>
    public BertTokenClassificationTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        IReadOnlyList<string> labels = _options.Classes(input, SchemaChecks.RequireKeys).Names;
        FinetunedBert fitted = new TrainerFit(_host, _options).Run(
            input, TargetColumn.KeyOfEachWord(_options.LabelColumnName), _ => FinetuningObjective.TokenClassification(labels)).WithLabels(labels);
        return new BertTokenClassificationTransformer(_host, fitted.Bert, Columns(fitted.Columns.MaxLength));
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        SchemaShape.Column label = SchemaShapes.Require(inputSchema, _options.LabelColumnName);
        if (!label.IsKey || label.Kind == SchemaShape.Column.VectorKind.Scalar)
            throw new ArgumentOutOfRangeException(nameof(inputSchema), $"Label column '{label.Name}' must be a vector of keys, one for each word; append Transforms.Conversion.MapValueToKey before the trainer.");
        _options.RequireText(inputSchema);
        return SchemaShapes.With(inputSchema, Columns(0).Added);
    }

    private BertTokenClassificationColumns Columns(int maxLength) => new(
        _options.Sentence1ColumnName, _options.PredictionColumnName, _options.ScoreColumnName, _options.WordsColumnName, maxLength, _options.ScoringBatchSize, _options.ScoringPrecision);
}
