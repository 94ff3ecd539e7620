using AcademicBert.ML.Hosting;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace AcademicBert.Finetuning;

/// <summary>Fine-tunes a pretrained BERT to tell whether a sentence or a pair of sentences is true.</summary>
/// <remarks>
/// To create it, use <c>mlContext.BinaryClassification.Trainers.BertBinaryClassification</c>. It reads a Boolean and one or two text columns,
/// and adds <c>PredictedLabel</c> (Boolean), <c>Score</c> (the logit of true less that of false) and <c>Probability</c> (of true). The loss
/// is the cross-entropy of two classes.
/// </remarks>
public sealed class BertBinaryClassificationTrainer : IEstimator<BertBinaryClassificationTransformer>
{
    private static readonly string[] s_classes = [bool.FalseString, bool.TrueString];

    private readonly IHost _host;
    private readonly BertBinaryClassificationOptions _options;

    internal BertBinaryClassificationTrainer(IHostEnvironment environment, BertBinaryClassificationOptions options)
    {
        options.Validate();
        _host = environment.Register(nameof(BertBinaryClassificationTrainer));
        _options = options;
    }

    /// <summary>Trains.</summary>
    /// <param name="input">Labelled rows.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type; the message names it.</exception>
    /// <exception cref="InvalidOperationException">There is no model to start from, or no row.</exception>
    public BertBinaryClassificationTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        FinetunedBert fitted = new TrainerFit(_host, _options).Run(
            input, TargetColumn.Boolean(_options.LabelColumnName), rows => FinetuningObjective.Classification(s_classes.Length, ClassWeighting.Of(_options, s_classes, rows)));
        return new BertBinaryClassificationTransformer(_host, fitted.WithLabels(s_classes));
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        SchemaShapes.RequireType(inputSchema, _options.LabelColumnName, BooleanDataViewType.Instance);
        _options.RequireText(inputSchema);
        return SchemaShapes.With(inputSchema, ScoreColumns.BinaryShape(_options.PredictionColumnName, _options.ScoreColumnName, _options.ProbabilityColumnName));
    }
}
