using AcademicBert.ML.Hosting;
using AcademicBert.Modeling;
using AcademicBert.Scoring;
using AcademicBert.Training;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace AcademicBert.Finetuning;

/// <summary>Classifies a sentence or a pair of sentences with a model that is trained for it already.</summary>
/// <remarks>To create it, use <c>mlContext.Transforms.Text.BertClassification</c>.</remarks>
public sealed class BertClassificationEstimator : ModelFolderEstimator<BertClassificationTransformer>
{
    private readonly ScoringColumns _columns;

    internal BertClassificationEstimator(IHostEnvironment environment, string modelFolder, ScoringColumns columns)
        : base(environment, nameof(BertClassificationEstimator), modelFolder)
    {
        ArgumentException.ThrowIfNullOrEmpty(columns.PredictedLabel);
        columns.Validate();
        _columns = columns;
    }

    private protected override IReadOnlyList<string> TextColumns => _columns.Texts;

    private protected override bool MayReadPairs => true;

    private protected override SchemaShape.Column[] AddedColumns
    {
        get
        {
            SchemaShape.Column names = SchemaShapes.Column("KeyValues", SchemaShape.Column.VectorKind.Vector, TextDataViewType.Instance);
            SchemaShape.Column label = SchemaShapes.Column(_columns.PredictedLabel!, SchemaShape.Column.VectorKind.Scalar, NumberDataViewType.UInt32, isKey: true, names);
            return ScoreColumns.MulticlassShape(_columns.PredictedLabel!, _columns.Score, label);
        }
    }

    private protected override BertClassificationTransformer Make(IHost host, PretrainedBert bert)
    {
        if (bert.Model.Head is not { Kind: HeadKind.Classifier, Outputs: >= 2 } head)
            throw new ArgumentException($"The model has {bert.Model.Head}, and is no classifier of texts; fine-tune it with MulticlassClassification.Trainers.BertClassification.", nameof(bert));
        return new BertClassificationTransformer(host, FinetunedBert.Of(bert, _columns), LabelKeys.OfNames(bert.Labels ?? head.DefaultLabels));
    }
}
