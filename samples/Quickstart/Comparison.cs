using System.Globalization;
using AcademicBert.Quickstart.Documentation;

namespace AcademicBert.Quickstart;

/// <summary>Accuracy of one starting point, at its own best learning rate.</summary>
/// <param name="LearningRate">The learning rate with the best accuracy on the validation rows.</param>
/// <param name="Accuracies">Accuracy on the test rows, for each seed.</param>
internal sealed record Comparison(double LearningRate, IReadOnlyList<double> Accuracies)
{
    private static readonly double[] s_learningRates = [5e-4, 1e-3, 2e-3];
    private static readonly ulong[] s_seeds = [1, 2, 3];

    /// <summary>Mean over the seeds.</summary>
    public double Mean => Accuracies.Average();

    /// <summary>Standard error of the mean.</summary>
    public double StandardError => Math.Sqrt(Accuracies.Sum(accuracy => Math.Pow(accuracy - Mean, 2)) / (Accuracies.Count - 1) / Accuracies.Count);

    /// <summary>Whether the mean is higher by more than twice the standard error of the difference.</summary>
    public bool IsBetterThan(Comparison other) => Mean - other.Mean > 2 * double.Hypot(StandardError, other.StandardError);

    /// <summary>Chooses a learning rate on the validation rows, then measures all seeds on the test rows.</summary>
    public static Comparison Of(Classifier classifier, NamespaceTask task, string modelFolder)
    {
        double best = s_learningRates.MaxBy(rate =>
        {
            using var model = classifier.Fit(task.Training, modelFolder, rate, s_seeds[0]);
            return classifier.Accuracy(model, task.Validation);
        });
        return new Comparison(best, [.. s_seeds.Select(seed =>
        {
            using var model = classifier.Fit(task.Training, modelFolder, best, seed);
            return classifier.Accuracy(model, task.Test);
        })]);
    }

    /// <summary>Accuracy of always saying the most frequent class of the training rows.</summary>
    public static double MajorityClass(NamespaceTask task)
    {
        string majority = task.Training.CountBy(row => row.Label).MaxBy(count => count.Value).Key;
        return task.Test.Average(row => row.Label == majority ? 1.0 : 0.0);
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Mean * 100,5:F1} %  ± {StandardError * 100:F1}   (learning rate {LearningRate:0e-0}; seeds {string.Join(", ", Accuracies.Select(accuracy => $"{accuracy * 100:F1}"))})");
}
