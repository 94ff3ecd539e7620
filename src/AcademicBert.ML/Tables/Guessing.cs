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
            double spread = Spread(Numbers(data.Validation)), square = errors.Average(error => error * error);
            var metrics = new Dictionary<string, double> { ["rootMeanSquaredError"] = Math.Sqrt(square), ["meanAbsoluteError"] = errors.Average(Math.Abs) };
            if (spread > 0)
                metrics["rSquared"] = 1 - square / spread;
            return metrics;
        }

        string? most = MostFrequent(data);
        double right = Labels(data, data.Validation).Average(label => label == most ? 1.0 : 0.0);
        if (data.Task == FinetuningTask.TokenClassification)
            return new Dictionary<string, double> { ["accuracy"] = right };
        // Of its class all rows are right and of the others none; F1 of its class is 2pr / (p + r) with r = 1.
        int classes = Labels(data, data.Validation).Distinct().Count();
        return new Dictionary<string, double> { ["accuracy"] = right, ["macroAccuracy"] = right > 0 ? 1.0 / classes : 0, ["macroF1"] = 2 * right / (1 + right) / classes };
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
            return Spread(Numbers(data.Training));
        if (recipe.BalanceClasses || recipe.ClassWeights is not null || recipe.Finetuning.LabelSmoothing > 0)
            return null;
        int[] counts = [.. Labels(data, data.Training).CountBy(label => label).Select(count => count.Value)];
        double all = counts.Sum();
        return counts.Sum(count => -count / all * Math.Log(count / all));
    }

    private static double Spread(IEnumerable<double> numbers)
    {
        double mean = numbers.Average();
        return numbers.Average(number => (number - mean) * (number - mean));
    }

    private static IEnumerable<double> Numbers(IEnumerable<LabelledTextRow> rows) => rows.Select(row => (double)TableData.Number(row.Label)!.Value);

    private static IEnumerable<string> Labels(TableData data, IEnumerable<LabelledTextRow> rows) =>
        data.Task == FinetuningTask.TokenClassification ? rows.SelectMany(row => TableData.Words(row.Label)) : rows.Select(row => row.Label);
}
