using AcademicBert.Finetuning;
using AcademicBert.Reports.Sources;
using AcademicBert.Tables;

namespace AcademicBert.Reports.Figures;

/// <summary>The curves of a run of fine-tuning, and its numbers as they are and as they were predicted.</summary>
internal static class FinetuningCharts
{
    private const string Guessing = "guessing";

    /// <summary>All charts that there is data for.</summary>
    /// <param name="run">The run.</param>
    /// <param name="name">Name of its files.</param>
    public static Figure Of(FinetunedRun run, string name)
    {
        Chart[] charts = [.. Drawn(Loss(run)), .. Drawn(HeldOut(run)), .. Drawn(LearningRate(run)), .. run.Result is { Numbers.Count: > 0 } result ? (Chart[])[Scatter(result)] : []];
        string guess = run.IsRegression ? "answers the mean of the training rows, whatever the text" : "does not read the text: its loss is that of the shares of the labels, its accuracy that of the most frequent one";
        return new Figure(name, $"Curves of fine-tuning. The held-out score is taken after each epoch; the ring is the epoch that was kept. Guessing {guess}.{(charts.OfType<ScatterChart>().Any() ? " Each point is a held-out row; on the line, what was predicted is right." : "")}", charts);
    }

    private static LineChart Loss(FinetunedRun run)
    {
        var lines = new List<Line>
        {
            new("training", 0, RunCharts.Means([.. run.Steps.Select(step => (double)step.Step)], [.. run.Steps.Select(step => step.Loss ?? double.NaN)])),
            new("epoch mean", 1, Finite(run.Epochs, epoch => epoch.Loss)) { Marked = true },
        };
        return new LineChart("Training loss", "steps", run.IsRegression ? "squared error" : "loss (nats)", [.. lines, .. Level(run, run.Result?.GuessingLoss)]);
    }

    private static LineChart HeldOut(FinetunedRun run)
    {
        string label = run.IsRegression ? "RMSE" : $"{run.Measure} (%)";
        var lines = new List<Line> { new("epochs", 0, Finite(run.Epochs, epoch => Score(run, epoch))) { Marked = true } };
        if (run.Kept is { Epoch: { } epoch } kept && Score(run, kept) is { } score && Point.IsDrawn(score))
            lines.Add(new Line(Numbers.Text($"{(run.End is null ? "best so far" : "kept")}: epoch {epoch}"), 1, [new Point(kept.Step, score)]) { Ringed = true });
        return new LineChart(
            run.IsRegression ? "Held-out error" : $"Held-out {run.Measure}", "steps", label,
            lines[0].Points.Count == 0 ? [] : [.. lines, .. Level(run, run.IsRegression ? Guess(run, "rootMeanSquaredError") : run.Measure == "accuracy" ? 100 * Guess(run, "accuracy") : null)]);
    }

    private static LineChart LearningRate(FinetunedRun run) =>
        new("Learning rate", "steps", "learning rate", [new Line(null, 0, Finite(run.Steps, step => step.LearningRate))]) { FromZero = true };

    private static ScatterChart Scatter(TableFinetuningResult result) =>
        new("Predicted against expected", "expected", "predicted", [.. result.Numbers.Select(number => new Point(number.Expected, number.Predicted))]);

    private static double? Score(FinetunedRun run, FinetuningLine epoch) => run.IsRegression ? Math.Sqrt(-(epoch.Score ?? double.NaN)) : 100 * epoch.Score;

    private static double? Guess(FinetunedRun run, string metric) => run.Result is { } result && result.GuessingMetrics.TryGetValue(metric, out double value) ? value : null;

    private static Line[] Level(FinetunedRun run, double? value) =>
        value is { } level && Point.IsDrawn(level) && run.Steps.Count > 0 ? [new Line(Guessing, 6, [new Point(run.Steps[0].Step, level), new Point(run.Steps[^1].Step, level)]) { Dashed = true }] : [];

    private static IReadOnlyList<Point> Finite(IReadOnlyList<FinetuningLine> lines, Func<FinetuningLine, double?> y) =>
        [.. lines.Where(line => Point.IsDrawn(y(line) ?? double.NaN)).Select(line => new Point(line.Step, y(line)!.Value))];

    private static IEnumerable<Chart> Drawn(LineChart chart) => chart.Lines.Any(line => line.Points.Count > 0) ? [chart] : [];
}
