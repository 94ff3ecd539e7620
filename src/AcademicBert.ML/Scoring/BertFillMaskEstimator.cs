using AcademicBert.ML.Hosting;
using AcademicBert.Training;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace AcademicBert.Scoring;

/// <summary>Predicts the words that [MASK] stands for.</summary>
/// <remarks>To create it, use <c>mlContext.Transforms.Text.BertFillMask</c>.</remarks>
public sealed class BertFillMaskEstimator : ModelFolderEstimator<BertFillMaskTransformer>
{
    private readonly BertFillMaskColumns _columns;

    internal BertFillMaskEstimator(IHostEnvironment environment, string modelFolder, BertFillMaskColumns columns)
        : base(environment, nameof(BertFillMaskEstimator), modelFolder)
    {
        columns.Validate();
        _columns = columns;
    }

    private protected override IReadOnlyList<string> TextColumns => [_columns.Input];

    private protected override SchemaShape.Column[] AddedColumns =>
    [
        SchemaShapes.Column(_columns.Output, SchemaShape.Column.VectorKind.Scalar, TextDataViewType.Instance),
        SchemaShapes.Column(_columns.Words, SchemaShape.Column.VectorKind.VariableVector, TextDataViewType.Instance),
        SchemaShapes.Column(_columns.Probabilities, SchemaShape.Column.VectorKind.VariableVector, NumberDataViewType.Single),
    ];

    private protected override BertFillMaskTransformer Make(IHost host, PretrainedBert bert) => new(host, bert, _columns);
}
