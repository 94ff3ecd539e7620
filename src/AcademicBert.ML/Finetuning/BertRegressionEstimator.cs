using AcademicBert.ML.Hosting;
using AcademicBert.Modeling;
using AcademicBert.Scoring;
using AcademicBert.Training;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace AcademicBert.Finetuning;

/// <summary>Gives a number for a sentence or a pair of sentences with a model that is trained for it already.</summary>
/// <remarks>To create it, use <c>mlContext.Transforms.Text.BertRegression</c>.</remarks>
public sealed class BertRegressionEstimator : ModelFolderEstimator<BertRegressionTransformer>
{
    private readonly ScoringColumns _columns;

    internal BertRegressionEstimator(IHostEnvironment environment, string modelFolder, ScoringColumns columns)
        : base(environment, nameof(BertRegressionEstimator), modelFolder)
    {
        columns.Validate();
        _columns = columns;
    }

    private protected override IReadOnlyList<string> TextColumns => _columns.Texts;

    private protected override bool MayReadPairs => true;

    private protected override SchemaShape.Column[] AddedColumns => [ScoreColumns.RegressionShape(_columns.Score)];

    private protected override BertRegressionTransformer Make(IHost host, PretrainedBert bert)
    {
        if (bert.Model.Head != HeadSpec.Classifier(1))
            throw new ArgumentException($"The model has {bert.Model.Head}, and gives no number of a text; fine-tune it with Regression.Trainers.BertRegression.", nameof(bert));
        return new BertRegressionTransformer(host, FinetunedBert.Of(bert, _columns));
    }
}
