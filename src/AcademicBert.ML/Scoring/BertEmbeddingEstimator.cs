using AcademicBert.ML.Hosting;
using AcademicBert.Training;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace AcademicBert.Scoring;

/// <summary>Adds sentence embeddings of a model that is pretrained already, and hands the model to trainers further down the same chain.</summary>
/// <remarks>To create it, use <c>mlContext.Transforms.Text.BertEmbed</c>.</remarks>
public sealed class BertEmbeddingEstimator : IEstimator<BertEmbeddingTransformer>
{
    private readonly IHost _host;
    private readonly string _modelFolder, _output, _input;

    internal BertEmbeddingEstimator(IHostEnvironment environment, string modelFolder, string outputColumnName, string inputColumnName)
    {
        ArgumentException.ThrowIfNullOrEmpty(modelFolder);
        ArgumentException.ThrowIfNullOrEmpty(outputColumnName);
        ArgumentException.ThrowIfNullOrEmpty(inputColumnName);
        _host = environment.Register(nameof(BertEmbeddingEstimator));
        (_modelFolder, _output, _input) = (modelFolder, outputColumnName, inputColumnName);
    }

    /// <summary>Loads the model.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or is no text; the message names it.</exception>
    /// <exception cref="IOException">The model folder is incomplete or damaged; the message names the file.</exception>
    public BertEmbeddingTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        SchemaChecks.RequireText(input.Schema, _input);
        return new BertEmbeddingTransformer(_host, PretrainedBert.Load(_modelFolder), _output, _input);
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        SchemaShapes.RequireText(inputSchema, _input);
        return SchemaShapes.With(inputSchema, SchemaShapes.Column(_output, SchemaShape.Column.VectorKind.Vector, NumberDataViewType.Single));
    }
}
