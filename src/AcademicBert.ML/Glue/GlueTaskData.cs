using AcademicBert.Finetuning;
using AcademicBert.Scoring;
using AcademicBert.Tokenization;
using AcademicBert.Training;

namespace AcademicBert.Glue;

/// <summary>The rows of a task, tokenized once for all trials.</summary>
internal sealed record GlueTaskData(GlueTask Task, IReadOnlyList<LabelledExample> Training, int Skipped, IReadOnlyDictionary<string, IReadOnlyList<LabelledExample>> Dev)
{
    /// <summary>What the task trains.</summary>
    public FinetuningObjective Objective => Task.IsRegression ? FinetuningObjective.Regression : FinetuningObjective.Classification(Task.Labels.Count);

    public static GlueTaskData Load(string dataFolder, GlueTask task, BertWordPieceTokenizer tokenizer, int maxLength, bool skipBrokenRows)
    {
        GlueRows training = GlueFile.Train(dataFolder, task, skipBrokenRows);
        return new GlueTaskData(
            task, Encode(training, tokenizer, maxLength), training.Skipped, task.Evaluations.ToDictionary(evaluation => evaluation.Submission, evaluation => Encode(GlueFile.Dev(dataFolder, task, evaluation), tokenizer, maxLength)));
    }

    public static IReadOnlyList<LabelledExample> Encode(GlueRows rows, BertWordPieceTokenizer tokenizer, int maxLength) =>
        [.. rows.Rows.Select(row => new LabelledExample(EncodedInput.Of(tokenizer, row.Sentence1.AsMemory(), row.Sentence2?.AsMemory(), maxLength), row.Label))];

    /// <summary>A prediction for each row: the number of the class, or the number itself.</summary>
    public static float[] Predict(PretrainedBert bert, GlueTask task, IReadOnlyList<LabelledExample> rows)
    {
        float[][] outputs = Finetuner.Outputs(bert.Model, [.. rows.Select(row => row.Input)], bert.Tokenizer.Vocabulary.PadId);
        return [.. outputs.Select(output => task.IsRegression ? output[0] : output.AsSpan().IndexOf(output.Max()))];
    }

    /// <summary>The metrics of a dev set.</summary>
    public IReadOnlyDictionary<GlueMetric, double?> Score(string evaluation, float[] predictions)
    {
        IReadOnlyList<LabelledExample> rows = Dev[evaluation];
        return Task.Metrics.ToDictionary(metric => metric, metric => Score(metric) is var score && double.IsFinite(score) ? score : (double?)null);

        double Score(GlueMetric metric) => metric switch
        {
            GlueMetric.Pearson => GlueMetrics.Pearson([.. predictions.Select(value => (double)value)], [.. rows.Select(row => (double)row.Target)]),
            GlueMetric.Spearman => GlueMetrics.Spearman([.. predictions.Select(value => (double)value)], [.. rows.Select(row => (double)row.Target)]),
            _ => Classes(metric)([.. predictions.Select(value => (int)value)], [.. rows.Select(row => (int)row.Target)]),
        };
    }

    private static Func<IReadOnlyList<int>, IReadOnlyList<int>, double> Classes(GlueMetric metric) => metric switch
    {
        GlueMetric.F1 => GlueMetrics.F1,
        GlueMetric.Matthews => GlueMetrics.Matthews,
        _ => GlueMetrics.Accuracy,
    };
}
