using AcademicBert.Training;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace AcademicBert.Scoring;

/// <summary>Labels the words of a text with a model that is trained for it already, such as one that names entities.</summary>
/// <remarks>To create it, use <c>mlContext.Transforms.Text.BertTokenClassification</c>.</remarks>
public sealed class BertTokenClassificationEstimator : ModelFolderEstimator<BertTokenClassificationTransformer>
{
    private readonly BertTokenClassificationColumns _columns;

    internal BertTokenClassificationEstimator(IHostEnvironment environment, string modelFolder, BertTokenClassificationColumns columns)
        : base(environment, nameof(BertTokenClassificationEstimator), modelFolder)
    {
        columns.Validate();
        _columns = columns;
    }

    private protected override IReadOnlyList<string> TextColumns => [_columns.Sentence];

    private protected override SchemaShape.Column[] AddedColumns => _columns.Added;

    private protected override BertTokenClassificationTransformer Make(IHost host, PretrainedBert bert) => new(host, bert, _columns);
}
