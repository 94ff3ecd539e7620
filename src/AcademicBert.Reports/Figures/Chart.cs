namespace AcademicBert.Reports.Figures;

/// <summary>A picture of the report: charts that belong together.</summary>
/// <param name="Name">Name of its files, without extension.</param>
/// <param name="Caption">What it shows, in a sentence.</param>
/// <param name="Charts">The charts; none without data.</param>
internal sealed record Figure(string Name, string Caption, IReadOnlyList<Chart> Charts);

/// <summary>Data with two axes.</summary>
/// <param name="Title">What it shows.</param>
/// <param name="XLabel">The horizontal axis and its unit.</param>
/// <param name="YLabel">The vertical axis and its unit.</param>
internal abstract record Chart(string Title, string XLabel, string YLabel);

/// <summary>Lines over a number.</summary>
internal sealed record LineChart(string Title, string XLabel, string YLabel, IReadOnlyList<Line> Lines) : Chart(Title, XLabel, YLabel)
{
    /// <summary>Whether the vertical axis begins at 0.</summary>
    public bool FromZero { get; init; }
}

/// <summary>A line of a chart.</summary>
/// <param name="Label">Its name in the legend; null: none, such as for further seeds of the same.</param>
/// <param name="Color">Index of its colour: lines that belong together have the same.</param>
/// <param name="Points">Its points, from left to right, all where they can be drawn.</param>
internal sealed record Line(string? Label, int Color, IReadOnlyList<Point> Points)
{
    /// <summary>Whether its points are marked: measurements that are few.</summary>
    public bool Marked { get; init; }

    /// <summary>Whether it is dashed: a level to compare with, not a measurement.</summary>
    public bool Dashed { get; init; }

    /// <summary>Whether its points are rings around those of another line.</summary>
    public bool Ringed { get; init; }
}

/// <summary>A point of a line; one that stands for many has their mean and their span.</summary>
internal readonly record struct Point(double X, double Y, double Low, double High)
{
    public Point(double x, double y)
        : this(x, y, y, y)
    {
    }

    // Above, the width of an axis and its margins are no numbers any more.
    private const double Farthest = 1e100;

    /// <summary>Whether it is somewhere that can be drawn.</summary>
    public bool CanBeDrawn => IsDrawn(X) && IsDrawn(Y) && IsDrawn(Low) && IsDrawn(High);

    /// <summary>Whether a figure can be drawn.</summary>
    public static bool IsDrawn(double value) => Math.Abs(value) <= Farthest;
}

/// <summary>Points of a figure over what it should be, with the line on which both are the same.</summary>
internal sealed record ScatterChart(string Title, string XLabel, string YLabel, IReadOnlyList<Point> Points) : Chart(Title, XLabel, YLabel);

/// <summary>The spread of a figure for each value of an option.</summary>
internal sealed record BoxChart(string Title, string XLabel, string YLabel, IReadOnlyList<Box> Boxes) : Chart(Title, XLabel, YLabel);

/// <summary>The figures that share a value.</summary>
/// <param name="Label">The value.</param>
/// <param name="Values">The figures, sorted; there may be none.</param>
internal sealed record Box(string Label, IReadOnlyList<double> Values)
{
    /// <summary>The figure below which a share of them lies, between two of them linearly interpolated.</summary>
    public double Quantile(double share)
    {
        double place = share * (Values.Count - 1);
        int below = (int)place;
        double low = Values[below], high = Values[Math.Min(below + 1, Values.Count - 1)];
        return low + (place - below) * (high - low);
    }
}
