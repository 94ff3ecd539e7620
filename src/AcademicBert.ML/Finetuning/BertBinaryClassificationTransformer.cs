using AcademicBert.Finetuning;
using AcademicBert.ML.Hosting;
using AcademicBert.Scoring;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

[assembly: ModelPart("BertBinaryClassification", typeof(BertBinaryClassificationTransformer), typeof(BertBinaryClassificationTransformer.Factory))]

namespace AcademicBert.Finetuning;

/// <summary>Adds to rows of text whether they are true, the score (the logit of true less that of false) and the probability of true.</summary>
public sealed class BertBinaryClassificationTransformer : FinetunedBertTransformer
{
    internal BertBinaryClassificationTransformer(IHostEnvironment environment, FinetunedBert fitted)
        : base(environment, nameof(BertBinaryClassificationTransformer), fitted, outputs: 2) => TextColumns.RequireNames(Names.PredictedLabel, Names.Probability);

    private protected override DataViewSchema.DetachedColumn[] AddedColumns(DataViewSchema input) =>
        ScoreColumns.Binary(input, Names.PredictedLabel!, Names.Score, Names.Probability!);

    private protected override Delegate MakeGetter(TextScorer scorer, int column, Func<int> row)
    {
        return column switch
        {
            0 => (ValueGetter<bool>)((ref bool value) => value = Margin() > 0),
            1 => (ValueGetter<float>)((ref float value) => value = Margin()),
            _ => (ValueGetter<float>)((ref float value) => value = 1 / (1 + MathF.Exp(-Margin()))),
        };

        float Margin() => scorer.Results[row()][1] - scorer.Results[row()][0];
    }

    internal sealed class Factory : IModelPartFactory
    {
        public ITransformer Load(IHostEnvironment environment, ModelReader reader) =>
            new BertBinaryClassificationTransformer(environment, FinetunedBert.Load(environment, reader));
    }
}
