using AcademicBert.ML.Hosting;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace AcademicBert.Scoring;

/// <summary>Predicts the words that [MASK] stands for.</summary>
/// <remarks>To create it, use <c>mlContext.Transforms.Text.BertFillMask</c>.</remarks>
public sealed class BertFillMaskEstimator : IEstimator<BertFillMaskTransformer>
{
    private readonly IHost _host;
    private readonly string _modelFolder;
    private readonly BertFillMaskColumns _columns;

    internal BertFillMaskEstimator(IHostEnvironment environment, string modelFolder, BertFillMaskColumns columns)
    {
        ArgumentException.ThrowIfNullOrEmpty(modelFolder);
        columns.Validate();
        _host = environment.Register(nameof(BertFillMaskEstimator));
        (_modelFolder, _columns) = (modelFolder, columns);
    }

    /// <summary>Loads the model.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or is no text; the message names it.</exception>
    /// <exception cref="ArgumentException">The model cannot predict words.</exception>
    /// <exception cref="IOException">The model folder is incomplete or damaged; the message names the file.</exception>
    public BertFillMaskTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        SchemaChecks.RequireText(input.Schema, _columns.Input);
        return LoadedBert.Use(_host, _modelFolder, bert => new BertFillMaskTransformer(_host, bert, _columns));
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        SchemaShapes.RequireText(inputSchema, _columns.Input);
        return SchemaShapes.With(
            inputSchema,
            SchemaShapes.Column(_columns.Output, SchemaShape.Column.VectorKind.Scalar, TextDataViewType.Instance),
            SchemaShapes.Column(_columns.Words, SchemaShape.Column.VectorKind.VariableVector, TextDataViewType.Instance),
            SchemaShapes.Column(_columns.Probabilities, SchemaShape.Column.VectorKind.VariableVector, NumberDataViewType.Single));
    }
}
