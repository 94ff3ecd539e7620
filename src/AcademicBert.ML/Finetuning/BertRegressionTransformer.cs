using AcademicBert.Finetuning;
using AcademicBert.ML.Hosting;
using AcademicBert.Scoring;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

[assembly: ModelPart("BertRegression", typeof(BertRegressionTransformer), typeof(BertRegressionTransformer.Factory))]

namespace AcademicBert.Finetuning;

/// <summary>Adds a number to rows of text.</summary>
public sealed class BertRegressionTransformer : FinetunedBertTransformer
{
    internal BertRegressionTransformer(IHostEnvironment environment, FinetunedBert fitted)
        : base(environment, nameof(BertRegressionTransformer), fitted, outputs: 1)
    {
    }

    private protected override DataViewSchema.DetachedColumn[] AddedColumns(DataViewSchema input) => [ScoreColumns.Regression(input, Names.Score)];

    private protected override Delegate MakeGetter(TextScorer scorer, int column, Func<int> row) =>
        (ValueGetter<float>)((ref float value) => value = scorer.Results[row()][0]);

    internal sealed class Factory : IModelPartFactory
    {
        public ITransformer Load(IHostEnvironment environment, ModelReader reader) => new BertRegressionTransformer(environment, FinetunedBert.Load(environment, reader));
    }
}
