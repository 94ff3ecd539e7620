using AcademicBert.ML.Hosting;
using AcademicBert.Training;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace AcademicBert.Scoring;

/// <summary>Adds sentence embeddings of a model that is pretrained already, and hands the model to trainers further down the same chain.</summary>
/// <remarks>To create it, use <c>mlContext.Transforms.Text.BertEmbed</c>.</remarks>
public sealed class BertEmbeddingEstimator : ModelFolderEstimator<BertEmbeddingTransformer>
{
    private readonly string _output, _input;
    private readonly EmbeddingPooling _pooling;
    private readonly bool _normalize;

    internal BertEmbeddingEstimator(IHostEnvironment environment, string modelFolder, string outputColumnName, string inputColumnName, EmbeddingPooling pooling, bool normalize)
        : base(environment, nameof(BertEmbeddingEstimator), modelFolder)
    {
        ArgumentException.ThrowIfNullOrEmpty(outputColumnName);
        ArgumentException.ThrowIfNullOrEmpty(inputColumnName);
        (_output, _input, _pooling, _normalize) = (outputColumnName, inputColumnName, pooling, normalize);
    }

    private protected override IReadOnlyList<string> TextColumns => [_input];

    private protected override SchemaShape.Column[] AddedColumns => [SchemaShapes.Column(_output, SchemaShape.Column.VectorKind.Vector, NumberDataViewType.Single)];

    private protected override BertEmbeddingTransformer Make(IHost host, PretrainedBert bert) => new(host, bert, _output, _input, _pooling, _normalize);
}
