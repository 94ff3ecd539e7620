using AcademicBert.ML.Hosting;
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
    private readonly EmbeddingPooling _pooling;
    private readonly bool _normalize;

    internal BertEmbeddingEstimator(IHostEnvironment environment, string modelFolder, string outputColumnName, string inputColumnName, EmbeddingPooling pooling, bool normalize)
    {
        ArgumentException.ThrowIfNullOrEmpty(modelFolder);
        ArgumentException.ThrowIfNullOrEmpty(outputColumnName);
        ArgumentException.ThrowIfNullOrEmpty(inputColumnName);
        _host = environment.Register(nameof(BertEmbeddingEstimator));
        (_modelFolder, _output, _input, _pooling, _normalize) = (modelFolder, outputColumnName, inputColumnName, pooling, normalize);
    }

    /// <summary>Loads the model.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or is no text; the message names it.</exception>
    /// <exception cref="ArgumentException">The model has no pooler, which is asked for.</exception>
    /// <exception cref="IOException">The model folder is incomplete or damaged; the message names the file.</exception>
    public BertEmbeddingTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        SchemaChecks.RequireText(input.Schema, _input);
        return LoadedBert.Use(_host, _modelFolder, bert => new BertEmbeddingTransformer(_host, bert, _output, _input, _pooling, _normalize));
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        SchemaShapes.RequireText(inputSchema, _input);
        return SchemaShapes.With(inputSchema, SchemaShapes.Column(_output, SchemaShape.Column.VectorKind.Vector, NumberDataViewType.Single));
    }
}
