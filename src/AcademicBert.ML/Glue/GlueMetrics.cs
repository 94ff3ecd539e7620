namespace AcademicBert.Glue;

/// <summary>The metrics of GLUE, as the official scorer (scikit-learn, SciPy) computes them.</summary>
public static class GlueMetrics
{
    /// <summary>Share of equal entries.</summary>
    /// <param name="predictions">Predicted classes.</param>
    /// <param name="labels">True classes.</param>
    /// <exception cref="ArgumentException">The two differ in length, or are empty.</exception>
    public static double Accuracy(IReadOnlyList<int> predictions, IReadOnlyList<int> labels)
    {
        RequireSameLength(predictions.Count, labels.Count);
        return predictions.Zip(labels, (prediction, label) => prediction == label ? 1.0 : 0.0).Average();
    }

    /// <summary>F1 of class 1: 2 TP / (2 TP + FP + FN); 0 where nothing is or is called positive.</summary>
    /// <inheritdoc cref="Accuracy"/>
    public static double F1(IReadOnlyList<int> predictions, IReadOnlyList<int> labels)
    {
        RequireSameLength(predictions.Count, labels.Count);
        int both = predictions.Zip(labels).Count(pair => pair is (1, 1));
        int called = predictions.Count(prediction => prediction == 1), real = labels.Count(label => label == 1);
        return called + real == 0 ? 0 : 2.0 * both / (called + real);
    }

    /// <summary>Matthews correlation, for any number of classes (Gorodkin 2004); 0 where predictions or labels are constant.</summary>
    /// <inheritdoc cref="Accuracy"/>
    public static double Matthews(IReadOnlyList<int> predictions, IReadOnlyList<int> labels)
    {
        RequireSameLength(predictions.Count, labels.Count);
        double rows = labels.Count;
        double equal = predictions.Zip(labels).Count(pair => pair.First == pair.Second);
        int classes = Math.Max(predictions.Max(), labels.Max()) + 1;
        double[] predicted = Histogram(predictions, classes), real = Histogram(labels, classes);
        double covariance = equal * rows - Dot(predicted, real);
        double spread = (rows * rows - Dot(predicted, predicted)) * (rows * rows - Dot(real, real));
        return spread == 0 ? 0 : covariance / Math.Sqrt(spread);
    }

    /// <summary>Pearson correlation; NaN where one side is constant.</summary>
    /// <param name="predictions">Predicted numbers.</param>
    /// <param name="labels">True numbers.</param>
    /// <exception cref="ArgumentException">The two differ in length, or are empty.</exception>
    public static double Pearson(IReadOnlyList<double> predictions, IReadOnlyList<double> labels)
    {
        RequireSameLength(predictions.Count, labels.Count);
        if (IsConstant(predictions) || IsConstant(labels))
            return double.NaN;
        double meanOfPredictions = predictions.Average(), meanOfLabels = labels.Average();
        double covariance = 0, ofPredictions = 0, ofLabels = 0;
        for (int i = 0; i < labels.Count; i++)
        {
            double x = predictions[i] - meanOfPredictions, y = labels[i] - meanOfLabels;
            covariance += x * y;
            ofPredictions += x * x;
            ofLabels += y * y;
        }

        return Math.Clamp(covariance / Math.Sqrt(ofPredictions) / Math.Sqrt(ofLabels), -1, 1);
    }

    /// <summary>Spearman correlation: Pearson's of the ranks, equal numbers sharing their mean rank; NaN where one side is constant.</summary>
    /// <inheritdoc cref="Pearson"/>
    public static double Spearman(IReadOnlyList<double> predictions, IReadOnlyList<double> labels) => Pearson(Ranks(predictions), Ranks(labels));

    // Twice the mean rank: a correlation does not depend on scale and origin.
    private static double[] Ranks(IReadOnlyList<double> values)
    {
        int[] order = [.. Enumerable.Range(0, values.Count).OrderBy(i => values[i])];
        var ranks = new double[values.Count];
        for (int start = 0, end; start < order.Length; start = end)
        {
            for (end = start + 1; end < order.Length && values[order[end]].Equals(values[order[start]]); end++)
            {
            }

            for (int i = start; i < end; i++)
                ranks[order[i]] = start + end;
        }

        return ranks;
    }

    private static bool IsConstant(IReadOnlyList<double> values) => values.All(value => value.Equals(values[0]));

    private static double[] Histogram(IReadOnlyList<int> values, int classes)
    {
        var counts = new double[classes];
        foreach (int value in values)
            counts[value]++;
        return counts;
    }

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();

    private static void RequireSameLength(int predictions, int labels)
    {
        if (predictions != labels || labels == 0)
            throw new ArgumentException($"There are {predictions} predictions for {labels} labels; there must be one for each, and at least one.", nameof(predictions));
    }
}
