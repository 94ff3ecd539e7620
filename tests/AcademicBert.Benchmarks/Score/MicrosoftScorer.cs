using AcademicBert.Benchmarks.Baseline;
using Microsoft.ML;
#if MLNET_TORCHSHARP
using Microsoft.ML.TorchSharp;
#endif

namespace AcademicBert.Benchmarks.Score;

/// <summary>
/// Microsoft.ML.TorchSharp's trainers, where the build has them (<c>-p:AcademicBertMLNetTorchSharp=true</c>): another network (NAS-BERT), so
/// that the comparison is one of what a user gets.
/// </summary>
internal static class MicrosoftScorer
{
    /// <summary>Adds them, trained on a few rows; nothing where the build does not have them.</summary>
    public static void AddTo(List<IScorer> contenders, MLContext context, IReadOnlyList<GlueRow> rows)
    {
#if MLNET_TORCHSHARP
        bool pairs = rows[0].Second is not null;
        IDataView training = TransformerScorer.Labelled(context, rows.Take(32));
        ITransformer classifier = context.MulticlassClassification.Trainers
            .TextClassification(sentence1ColumnName: nameof(TextRow.Sentence1), sentence2ColumnName: pairs ? nameof(TextRow.Sentence2) : null, maxEpochs: 1)
            .Fit(training);
        contenders.Add(new TransformerScorer("Microsoft.ML.TorchSharp: TextClassification", "textClassification", context, classifier));
        if (!pairs)
            return;
        ITransformer similarity = context.Regression.Trainers.SentenceSimilarity(labelColumnName: nameof(TextRow.Number), maxEpochs: 1).Fit(training);
        contenders.Add(new TransformerScorer("Microsoft.ML.TorchSharp: SentenceSimilarity", "sentenceSimilarity", context, similarity, vector: false));
#endif
    }
}
