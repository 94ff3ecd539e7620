namespace AcademicBert.Reports.Figures;

/// <summary>Makes a line of at most a given number of points out of any number: all that fall into one column of pixels become their mean, with their span kept beside it.</summary>
internal static class PixelColumns
{
    /// <summary>Splits indices into columns of equal width; empty ones are left out.</summary>
    /// <param name="xs">Places, never falling.</param>
    /// <param name="columns">Number of columns.</param>
    /// <returns>For each column the first index and the one after its last.</returns>
    public static IEnumerable<(int Start, int End)> Ranges(IReadOnlyList<double> xs, int columns)
    {
        if (xs.Count == 0)
            yield break;
        double left = xs[0], width = xs[^1] - left;
        int start = 0;
        for (int i = 1; i <= xs.Count; i++)
        {
            if (i < xs.Count && Column(i) == Column(start))
                continue;
            yield return (start, i);
            start = i;
        }

        int Column(int index) => width > 0 ? Math.Min(columns - 1, (int)((xs[index] - left) / width * columns)) : 0;
    }

    /// <summary>Points of means. Values that are not finite, and means that cannot be drawn, are left out.</summary>
    /// <param name="xs">Places, never falling.</param>
    /// <param name="ys">Values.</param>
    /// <param name="columns">Number of columns.</param>
    public static IReadOnlyList<Point> Means(IReadOnlyList<double> xs, IReadOnlyList<double> ys, int columns)
    {
        var points = new List<Point>();
        foreach ((int start, int end) in Ranges(xs, columns))
        {
            double x = 0, sum = 0, low = double.PositiveInfinity, high = double.NegativeInfinity;
            int count = 0;
            for (int i = start; i < end; i++)
            {
                if (!double.IsFinite(ys[i]))
                    continue;
                (x, sum, low, high) = (x + xs[i], sum + ys[i], Math.Min(low, ys[i]), Math.Max(high, ys[i]));
                count++;
            }

            var mean = new Point(x / count, sum / count, low, high);
            if (mean.CanBeDrawn)
                points.Add(mean);
        }

        return points;
    }
}
