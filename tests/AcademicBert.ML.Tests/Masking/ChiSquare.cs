namespace AcademicBert.Tests.Masking;

/// <summary>Pearson's test of counts against probabilities.</summary>
internal static class ChiSquare
{
    /// <summary>The statistic against equal probabilities.</summary>
    public static double Of(int[] counts) => Of(counts, [.. counts.Select(_ => 1.0 / counts.Length)]);

    /// <summary>The statistic.</summary>
    public static double Of(int[] counts, double[] probabilities)
    {
        double total = counts.Sum();
        return counts.Zip(probabilities, (count, probability) => Math.Pow(count - total * probability, 2) / (total * probability)).Sum();
    }

    /// <summary>What a true hypothesis stays below in 999 of 1,000 cases (Wilson and Hilferty's approximation).</summary>
    public static double Limit(int degreesOfFreedom)
    {
        const double quantile = 3.0902;
        double variance = 2.0 / (9 * degreesOfFreedom);
        return degreesOfFreedom * Math.Pow(1 - variance + quantile * Math.Sqrt(variance), 3);
    }
}
