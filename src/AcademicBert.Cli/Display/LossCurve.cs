using System.Globalization;

namespace AcademicBert.Cli.Display;

/// <summary>The training loss so far, drawn in characters: a column for each share of the budget, as high as the mean loss of its steps.</summary>
/// <param name="width">Number of columns.</param>
/// <param name="height">Number of rows.</param>
internal sealed class LossCurve(int width, int height)
{
    // From empty to full, in eighths of a row.
    private const string Blocks = " ▁▂▃▄▅▆▇█";

    private readonly double[] _sums = new double[width];
    private readonly int[] _counts = new int[width];

    /// <summary>Adds a step; a loss that is not finite has no place in the picture.</summary>
    /// <param name="fraction">Where it is in the budget, 0 to 1.</param>
    /// <param name="loss">Its loss.</param>
    public void Add(double fraction, double loss)
    {
        if (!double.IsFinite(loss))
            return;
        int column = Math.Clamp((int)(fraction * width), 0, width - 1);
        _sums[column] += loss;
        _counts[column]++;
    }

    /// <summary>The rows from the highest mean at the top to the lowest at the bottom, which are named at their left; none before the first step.</summary>
    public IReadOnlyList<string> Rows()
    {
        double[] means = [.. _sums.Zip(_counts, (sum, count) => count == 0 ? double.NaN : sum / count)];
        double[] seen = [.. means.Where(double.IsFinite)];
        if (seen.Length == 0)
            return [];
        (double low, double high) = (seen.Min(), seen.Max());
        // The lowest column is one eighth high, so that it is seen.
        int[] levels = [.. means.Select(mean => double.IsNaN(mean) ? 0 : 1 + (int)Math.Round((mean - low) / Math.Max(high - low, 1e-9) * (8 * height - 1)))];
        return [.. Enumerable.Range(0, height).Select(row =>
        {
            int below = 8 * (height - 1 - row);
            string label = row == 0 ? Label(high) : row == height - 1 ? Label(low) : "";
            return $"{label,6} │{string.Concat(levels.Select(level => Blocks[Math.Clamp(level - below, 0, 8)]))}";
        })];
    }

    private static string Label(double loss) => loss.ToString("F2", CultureInfo.InvariantCulture);
}
