namespace AcademicBert.Tables;

/// <summary>What answering without reading the text comes to: always the class or label that is most frequent in the training rows, or the mean of their numbers.</summary>
internal static class Guessing
{
    /// <summary>Metrics on the validation rows by the names of <see cref="TableMetrics"/>, those that a guess has; empty without rows.</summary>
    public static IReadOnlyDictionary<string, double> Metrics(TableData data)
    {
        if (data.Validation.Count == 0)
            return new Dictionary<string, double>();
        if (data.Task == FinetuningTask.Regression)
        {
            double mean = Numbers(data.Training).Average();
            double[] errors = [.. Numbers(data.Validation).Select(number => number - mean)];
            return new Dictionary<string, double> { ["rootMeanSquaredError"] = Math.Sqrt(errors.Average(error => error * error)), ["meanAbsoluteError"] = errors.Average(Math.Abs) };
        }

        string? most = MostFrequent(data);
        return new Dictionary<string, double> { ["accuracy"] = Labels(data, data.Validation).Average(label => label == most ? 1.0 : 0.0) };
    }

    /// <summary>The class or label that is most frequent in the training rows, of equal ones the first; null for numbers.</summary>
    public static string? MostFrequent(TableData data) => data.Task == FinetuningTask.Regression ? null : Labels(data, data.Training).CountBy(label => label).MaxBy(count => count.Value).Key;

    /// <summary>
    /// Training loss of answering with the shares of the labels, or with the mean: their entropy in nats, or the variance of the numbers.
    /// Null where classes are weighted or labels smoothed.
    /// </summary>
    public static double? Loss(TableData data, FinetuningRecipe recipe)
    {
        if (data.Task == FinetuningTask.Regression)
        {
            double mean = Numbers(data.Training).Average();
            return Numbers(data.Training).Average(number => (number - mean) * (number - mean));
        }

        if (recipe.BalanceClasses || recipe.ClassWeights is not null || recipe.Finetuning.LabelSmoothing > 0)
            return null;
        int[] counts = [.. Labels(data, data.Training).CountBy(label => label).Select(count => count.Value)];
        double all = counts.Sum();
        return counts.Sum(count => -count / all * Math.Log(count / all));
    }

    private static IEnumerable<double> Numbers(IEnumerable<LabelledTextRow> rows) => rows.Select(row => (double)TableData.Number(row.Label)!.Value);

    private static IEnumerable<string> Labels(TableData data, IEnumerable<LabelledTextRow> rows) =>
        data.Task == FinetuningTask.TokenClassification ? rows.SelectMany(row => TableData.Words(row.Label)) : rows.Select(row => row.Label);
}
