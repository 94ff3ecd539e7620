using AcademicBert.ML.Hosting;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace AcademicBert.Finetuning;

/// <summary>Fine-tunes a pretrained BERT to classify a sentence or a pair of sentences into two or more classes.</summary>
/// <remarks>
/// To create it, use <c>mlContext.MulticlassClassification.Trainers.BertClassification</c>. It reads a key and one or two text columns, and
/// adds <c>PredictedLabel</c> (a key of the same values) and <c>Score</c> (a probability for each class, with the classes as slot names).
/// </remarks>
public sealed class BertClassificationTrainer : IEstimator<BertClassificationTransformer>
{
    private readonly IHost _host;
    private readonly BertClassificationOptions _options;

    internal BertClassificationTrainer(IHostEnvironment environment, BertClassificationOptions options)
    {
        options.Validate();
        _host = environment.Register(nameof(BertClassificationTrainer));
        _options = options;
    }

    /// <summary>Trains.</summary>
    /// <param name="input">Labelled rows.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type; the message names it.</exception>
    /// <exception cref="InvalidOperationException">There is no model to start from, or no row with a label.</exception>
    public BertClassificationTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        LabelKeys labels = _options.Classes(input, SchemaChecks.RequireKey);
        FinetunedBert fitted = new TrainerFit(_host, _options).Run(
            input, TargetColumn.Key(_options.LabelColumnName), rows => FinetuningObjective.Classification(labels.Count, ClassWeighting.Of(_options, labels.Names, rows)));
        return new BertClassificationTransformer(_host, fitted.WithLabels(labels.Names), labels);
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        SchemaShape.Column label = SchemaShapes.Require(inputSchema, _options.LabelColumnName);
        if (!label.IsKey)
            throw new ArgumentOutOfRangeException(nameof(inputSchema), $"Label column '{label.Name}' must be a key; append Transforms.Conversion.MapValueToKey before the trainer.");
        _options.RequireText(inputSchema);
        return SchemaShapes.With(inputSchema, ScoreColumns.MulticlassShape(_options.PredictionColumnName, _options.ScoreColumnName, label));
    }
}
