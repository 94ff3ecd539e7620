using AcademicBert.ML.Hosting;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace AcademicBert.Finetuning;

/// <summary>Fine-tunes a pretrained BERT to give a number for a sentence or a pair of sentences, such as how similar the two are.</summary>
/// <remarks>
/// To create it, use <c>mlContext.Regression.Trainers.BertRegression</c>. It reads a number and one or two text columns, and adds
/// <c>Score</c>. The loss is the squared error.
/// </remarks>
public sealed class BertRegressionTrainer : IEstimator<BertRegressionTransformer>
{
    private readonly IHost _host;
    private readonly BertRegressionOptions _options;

    internal BertRegressionTrainer(IHostEnvironment environment, BertRegressionOptions options)
    {
        options.Validate();
        _host = environment.Register(nameof(BertRegressionTrainer));
        _options = options;
    }

    /// <summary>Trains.</summary>
    /// <param name="input">Rows with a number; those that have NaN are skipped and counted.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type; the message names it.</exception>
    /// <exception cref="InvalidOperationException">There is no model to start from, or no row with a number.</exception>
    public BertRegressionTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        FinetunedBert fitted = new TrainerFit(_host, _options).Run(input, TargetColumn.Number(_options.LabelColumnName), _ => FinetuningObjective.Regression);
        return new BertRegressionTransformer(_host, fitted);
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        SchemaShapes.RequireType(inputSchema, _options.LabelColumnName, NumberDataViewType.Single);
        _options.RequireText(inputSchema);
        return SchemaShapes.With(inputSchema, ScoreColumns.RegressionShape(_options.ScoreColumnName));
    }
}
