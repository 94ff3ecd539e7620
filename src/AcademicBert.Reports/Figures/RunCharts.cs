using AcademicBert.Reports.Sources;

namespace AcademicBert.Reports.Figures;

/// <summary>The curves of training runs: of one run with the spread of its steps, of several their means side by side.</summary>
internal static class RunCharts
{
    // About the width of a chart's inside in pixels.
    private const int Columns = 400;

    /// <summary>All charts that there is data for; the held-out loss of several configurations is <see cref="LearningCurves"/>'s.</summary>
    public static Figure Of(IReadOnlyList<TrainingRun> runs)
    {
        TimeAxis time = TimeAxis.For(runs.Max(run => run.Journal.End.Seconds));
        LineChart[] charts =
        [
            Loss(runs), .. LearningCurves.AreMany(runs) ? [] : (LineChart[])[HeldOutLoss(runs, time)], HeldOutAccuracy(runs, time), LearningRate(runs), Throughput(runs, time), Memory(runs, time), GradientNorm(runs),
        ];
        return new Figure("training", "Curves of training. A line through many steps is their mean in each column of pixels; its shade reaches from their least to their most.", [.. charts.Where(chart => chart.Lines.Any(line => line.Points.Count > 0))]);
    }

    private static LineChart Loss(IReadOnlyList<TrainingRun> runs)
    {
        Line[] lines = runs is [{ } run]
            ? [new Line("training", 0, Means(run, journal => journal.Losses)), new Line("held-out", 1, [.. Finite(run, validation => validation.Position.Steps, validation => validation.Loss)]) { Marked = true }]
            : Lines(runs, run => Bare(Means(run, journal => journal.Losses)));
        return new LineChart(runs.Count == 1 ? "Loss" : "Training loss", "steps", "loss (nats)", lines);
    }

    /// <summary>The held-out loss over training time.</summary>
    public static LineChart HeldOutLoss(IReadOnlyList<TrainingRun> runs, TimeAxis time) => new(
        "Held-out loss", time.Label, "loss (nats)", Lines(runs, run => [.. Finite(run, validation => validation.Position.Seconds / time.Seconds, validation => validation.Loss)], marked: true));

    private static LineChart HeldOutAccuracy(IReadOnlyList<TrainingRun> runs, TimeAxis time) => new(
        "Held-out accuracy", time.Label, "masked tokens guessed (%)", Lines(runs, run => [.. Finite(run, validation => validation.Position.Seconds / time.Seconds, validation => 100 * (validation.Accuracy ?? double.NaN))], marked: true))
    {
        FromZero = true,
    };

    private static LineChart LearningRate(IReadOnlyList<TrainingRun> runs) =>
        new("Learning rate", "steps", "learning rate", Lines(runs, run => Bare(Means(run, journal => journal.LearningRates)))) { FromZero = true };

    private static LineChart Throughput(IReadOnlyList<TrainingRun> runs, TimeAxis time) =>
        new("Throughput", time.Label, "samples/s", Lines(runs, run => Rates(run.Journal, time))) { FromZero = true };

    private static LineChart Memory(IReadOnlyList<TrainingRun> runs, TimeAxis time) => new(
        "Memory of the process", time.Label, "GB", Lines(runs, run => Bare(PixelColumns.Means([.. run.Journal.SecondsBefore.Select(second => second / time.Seconds)], [.. run.Journal.MemoryBytes.Select(bytes => bytes / 1e9)], Columns))))
    {
        FromZero = true,
    };

    private static LineChart GradientNorm(IReadOnlyList<TrainingRun> runs) =>
        new("Gradient norm", "steps", "norm before clipping", Lines(runs, run => runs.Count == 1 ? Means(run, journal => journal.GradientNorms) : Bare(Means(run, journal => journal.GradientNorms)))) { FromZero = true };

    /// <summary>Samples a second in each column of pixels: those of its steps over the time of its steps.</summary>
    internal static IReadOnlyList<Point> Rates(RunJournal journal, TimeAxis time)
    {
        var points = new List<Point>();
        foreach ((int start, int end) in PixelColumns.Ranges(journal.SecondsBefore, Columns))
        {
            double seconds = journal.SecondsAfter(end - 1) - journal.SecondsBefore[start];
            double samples = journal.Samples[end - 1] - (start > 0 ? journal.Samples[start - 1] : 0);
            var rate = new Point((journal.SecondsBefore[start] + seconds / 2) / time.Seconds, samples / seconds);
            if (seconds > 0 && rate.CanBeDrawn)
                points.Add(rate);
        }

        return points;
    }

    private static Line[] Lines(IReadOnlyList<TrainingRun> runs, Func<TrainingRun, IReadOnlyList<Point>> points, bool marked = false) =>
        [.. runs.Select((run, index) => new Line(runs.Count > 1 ? run.Name : null, index, points(run)) { Marked = marked })];

    /// <summary>Means of values in each column of pixels.</summary>
    public static IReadOnlyList<Point> Means(IReadOnlyList<double> xs, IReadOnlyList<double> ys) => PixelColumns.Means(xs, ys, Columns);

    private static IReadOnlyList<Point> Means(TrainingRun run, Func<RunJournal, IReadOnlyList<double>> values) => Means(run.Journal.Steps, values(run.Journal));

    // Spans of several runs would hide each other.
    private static IReadOnlyList<Point> Bare(IReadOnlyList<Point> points) => [.. points.Select(point => new Point(point.X, point.Y))];

    private static IEnumerable<Point> Finite(TrainingRun run, Func<Validation, double> x, Func<Validation, double> y) =>
        run.Journal.Validations.Select(validation => new Point(x(validation), y(validation))).Where(point => point.CanBeDrawn);
}
