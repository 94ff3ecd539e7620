using System.Globalization;
using AcademicBert.Reports.Figures;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace AcademicBert.Reports.Drawing;

/// <summary>Charts as plots of ScottPlot, all in one style.</summary>
internal static class ChartPlot
{
    private const int LinesWithLegendBelow = 4, LongestLegend = 24;
    private const float TextSize = 13, TitleSize = 15;

    // Colours that people with any kind of colour vision tell apart (Okabe and Ito), the palest left out.
    private static readonly string[] s_colors = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#666666", "#8C564B"];

    /// <summary>Makes the plot of a chart.</summary>
    public static Plot Of(Chart chart)
    {
        var plot = new Plot();
        switch (chart)
        {
            case LineChart lines:
                Add(plot, lines);
                break;
            case BoxChart boxes:
                Add(plot, boxes);
                break;
            case ScatterChart scatter:
                Add(plot, scatter);
                break;
            default:
                throw new ArgumentException($"There is no drawing for a {chart.GetType().Name}.", nameof(chart));
        }

        Style(plot, chart);
        return plot;
    }

    private static void Add(Plot plot, LineChart chart)
    {
        foreach (Figures.Line line in chart.Lines)
        {
            Color color = ColorOf(line.Color);
            double[] xs = [.. line.Points.Select(point => point.X)];
            if (line.Points.Any(point => point.Low < point.High))
            {
                ScottPlot.Plottables.FillY span = plot.Add.FillY(xs, [.. line.Points.Select(point => point.Low)], [.. line.Points.Select(point => point.High)]);
                (span.FillColor, span.LineWidth, span.MarkerSize) = (color.WithAlpha(0.2), 0, 0);
            }

            ScottPlot.Plottables.Scatter curve = plot.Add.Scatter(xs, [.. line.Points.Select(point => point.Y)], color);
            (curve.LineWidth, curve.LinePattern) = (1.5f, line.Color < s_colors.Length && !line.Dashed ? LinePattern.Solid : LinePattern.Dashed);
            // A line of one point would not be seen.
            curve.MarkerSize = line.Marked || line.Points.Count == 1 ? 5 : 0;
            if (line.Ringed)
                (curve.MarkerShape, curve.MarkerSize, curve.MarkerLineWidth, curve.LineWidth) = (MarkerShape.OpenCircle, 12, 2, 0);
            curve.LegendText = Short(line.Label) ?? "";
        }

        // A ring at the highest point needs room.
        plot.Axes.Margins(0.02, chart.Lines.Any(line => line.Ringed) ? 0.16 : 0.08);
        plot.Axes.AutoScale();
        AxisLimits limits = plot.Axes.GetLimits();
        plot.Axes.SetLimitsX(Math.Min(0, limits.Left), limits.Right); // steps and time begin at 0
        if (chart.FromZero && limits.Top > 0)
            plot.Axes.SetLimitsY(0, limits.Top);
        plot.Axes.Bottom.TickGenerator = Ticks(Math.Max(Math.Abs(limits.Left), Math.Abs(limits.Right)));
        plot.Axes.Left.TickGenerator = Ticks(Math.Max(Math.Abs(limits.Bottom), Math.Abs(limits.Top)));
        // Beside the lines, never on them: where they pass is not known.
        int labels = chart.Lines.Count(line => line.Label is not null);
        bool below = labels <= LinesWithLegendBelow;
        plot.Legend.Orientation = below ? Orientation.Horizontal : Orientation.Vertical;
        if (labels > 0)
            plot.ShowLegend(below ? Edge.Bottom : Edge.Right);
        else
            plot.HideLegend();
    }

    private static void Add(Plot plot, BoxChart chart)
    {
        var random = new Random(1); // so that the same data gives the same picture
        for (int i = 0; i < chart.Boxes.Count; i++)
        {
            Figures.Box box = chart.Boxes[i];
            if (box.Values.Count == 0)
                continue; // its value stays on the axis: that no run came through is a finding
            Color color = ColorOf(0);
            ScottPlot.Plottables.BoxPlot drawn = plot.Add.Box(new ScottPlot.Box
            {
                Position = i,
                Width = 0.6,
                WhiskerMin = box.Values[0],
                BoxMin = box.Quantile(0.25),
                BoxMiddle = box.Quantile(0.5),
                BoxMax = box.Quantile(0.75),
                WhiskerMax = box.Values[^1],
            });
            (drawn.FillColor, drawn.LineColor, drawn.LineWidth) = (color.WithAlpha(0.2), color, 1.5f);
            double[] places = [.. box.Values.Select(_ => i + 0.4 * (random.NextDouble() - 0.5))];
            ScottPlot.Plottables.Scatter points = plot.Add.ScatterPoints(places, box.Values.ToArray(), ColorOf(1).WithAlpha(0.7));
            points.MarkerSize = 5;
        }

        plot.Axes.Margins(0.05, 0.08);
        plot.Axes.AutoScale();
        plot.Axes.SetLimitsX(-0.6, chart.Boxes.Count - 0.4);
        AxisLimits limits = plot.Axes.GetLimits();
        plot.Axes.Bottom.TickGenerator = new NumericManual([.. Enumerable.Range(0, chart.Boxes.Count).Select(i => (double)i)], [.. chart.Boxes.Select(box => box.Label)]);
        plot.Axes.Left.TickGenerator = Ticks(Math.Max(Math.Abs(limits.Bottom), Math.Abs(limits.Top)));
        plot.HideLegend();
    }

    private static void Add(Plot plot, ScatterChart chart)
    {
        ScottPlot.Plottables.Scatter points = plot.Add.ScatterPoints(chart.Points.Select(point => point.X).ToArray(), chart.Points.Select(point => point.Y).ToArray(), ColorOf(0).WithAlpha(0.4));
        points.MarkerSize = 5;
        // Behind them in order, not in place: a marker after a dashed line is one that an SVG cannot show, and Skia complains of each.
        double[] ends = [chart.Points.Min(point => Math.Min(point.X, point.Y)), chart.Points.Max(point => Math.Max(point.X, point.Y))];
        ScottPlot.Plottables.Scatter same = plot.Add.ScatterLine(ends, ends, ColorOf(1));
        (same.LineWidth, same.LinePattern) = (1.5f, LinePattern.Dashed);
        plot.Axes.Margins(0.05, 0.05);
        plot.Axes.AutoScale();
        AxisLimits limits = plot.Axes.GetLimits();
        plot.Axes.Bottom.TickGenerator = Ticks(Math.Max(Math.Abs(limits.Left), Math.Abs(limits.Right)));
        plot.Axes.Left.TickGenerator = Ticks(Math.Max(Math.Abs(limits.Bottom), Math.Abs(limits.Top)));
        plot.HideLegend();
    }

    private static void Style(Plot plot, Chart chart)
    {
        Color text = Color.FromHex("#333333"), frame = Color.FromHex("#999999");
        plot.FigureBackground.Color = plot.DataBackground.Color = Colors.White;
        plot.Title(chart.Title, TitleSize);
        plot.XLabel(chart.XLabel, TextSize);
        plot.YLabel(chart.YLabel, TextSize);
        plot.Axes.Color(frame);
        plot.Axes.Title.Label.ForeColor = text;
        foreach (IAxis axis in (IAxis[])[plot.Axes.Bottom, plot.Axes.Left])
        {
            (axis.Label.ForeColor, axis.Label.Bold) = (text, false);
            (axis.TickLabelStyle.ForeColor, axis.TickLabelStyle.FontSize) = (text, TextSize);
        }

        // Left and bottom say it all.
        plot.Axes.Top.FrameLineStyle.IsVisible = plot.Axes.Right.FrameLineStyle.IsVisible = false;
        plot.Grid.MajorLineColor = Color.FromHex("#E5E5E5");
        (plot.Legend.FontSize, plot.Legend.FontColor, plot.Legend.BackgroundColor, plot.Legend.OutlineColor) = (TextSize, text, Colors.White.WithAlpha(0.85), Color.FromHex("#DDDDDD"));
        plot.Legend.ShadowColor = Colors.Transparent;
        if (ReportFont.Family is { } family)
        {
            plot.Font.Set(family);
            plot.Legend.FontName = family;
        }
    }

    private static NumericAutomatic Ticks(double largest) => new()
    {
        TargetTickCount = 6,
        MinorTickGenerator = new EvenlySpacedMinorTickGenerator(1),
        LabelFormatter = value => Label(value, largest),
    };

    /// <summary>The label of a tick: small numbers as powers of ten, all others plainly.</summary>
    internal static string Label(double value, double largest) =>
        value == 0 ? "0" : value.ToString(largest < 0.01 ? "0.##E-0" : largest >= 1000 ? "#,0.##" : "0.####", CultureInfo.InvariantCulture);

    private static Color ColorOf(int index) => Color.FromHex(s_colors[index % s_colors.Length]);

    private static string? Short(string? label) => label?.Length > LongestLegend ? "…" + label[^(LongestLegend - 1)..] : label;
}
