using AcademicBert.Optimization;
using AcademicBert.Pretraining;
using AcademicBert.Reports.Figures;
using AcademicBert.Reports.Sources;
using AcademicBert.Training;

namespace AcademicBert.Reports.Tests.Figures;

[TestClass]
public sealed class ChartDataTests
{
    private readonly Folders _folders = new();

    [TestCleanup]
    public void CleanUp() => _folders.Dispose();

    [TestMethod]
    public void RunCharts_OneRun_HaveItsStepsAndValidations()
    {
        Figure figure = RunCharts.Of([_folders.Source("run", new PretrainingOptions(), Folders.Lines(4))]);
        LineChart loss = Chart(figure, "Loss");
        Assert.AreSequenceEqual([new Point(1, 8), new Point(2, 4), new Point(3, 8.0 / 3), new Point(4, 2)], loss.Lines[0].Points);
        Assert.AreSequenceEqual([new Point(4, 2.5)], loss.Lines[1].Points);
        Assert.AreSequenceEqual([new Point(4, 2.5)], Chart(figure, "Held-out loss").Lines.Single().Points);
        Assert.AreSequenceEqual([new Point(4, 25)], Chart(figure, "Held-out accuracy").Lines.Single().Points);
        Assert.AreSequenceEqual([1e-3, 2e-3, 3e-3, 4e-3], Chart(figure, "Learning rate").Lines.Single().Points.Select(point => point.Y));
        Assert.AreSequenceEqual([new Point(0.5, 10), new Point(1.5, 10), new Point(2.5, 10), new Point(3.5, 10)], Chart(figure, "Throughput").Lines.Single().Points);
        Assert.IsTrue(Chart(figure, "Memory of the process").Lines.Single().Points.All(point => point.Y == 2));
    }

    [TestMethod]
    public void Throughput_TimeThatIsNotFinite_HasNoPoint()
    {
        IEnumerable<MetricsLine> lines = [.. Folders.Lines(3), new MetricsLine { Event = "validation", Step = 3, Samples = 30, Seconds = double.PositiveInfinity }];
        Assert.IsTrue(RunCharts.Rates(RunJournal.Of(lines), TimeAxis.For(3)).All(point => point.CanBeDrawn));
        Figure figure = RunCharts.Of([_folders.Source("run", new PretrainingOptions(), lines.Select(line => double.IsFinite(line.Seconds) ? line : line with { Seconds = double.MaxValue }))]);
        Assert.IsTrue(figure.Charts.OfType<LineChart>().SelectMany(chart => chart.Lines).SelectMany(line => line.Points).All(point => point.CanBeDrawn));
    }

    [TestMethod]
    public void Throughput_OfAColumn_IsItsSamplesOverItsTime()
    {
        // Two thousand steps of 1 ms, then one of 2 s: the second half of the time has one step.
        IEnumerable<MetricsLine> lines =
        [
            .. Enumerable.Range(1, 2001).Select(step => new MetricsLine { Event = "step", Step = step, Samples = step, Seconds = (step - 1) / 1000.0 }),
            new MetricsLine { Event = "validation", Step = 2001, Samples = 2001, Seconds = 4 },
        ];
        IReadOnlyList<Point> rates = RunCharts.Rates(RunJournal.Of(lines), TimeAxis.For(4));
        Assert.HasCount(400, rates);
        Assert.IsTrue(rates.SkipLast(1).All(rate => Math.Abs(rate.Y - 1000) < 1e-6));
        Assert.IsLessThan(5, rates[^1].Y);
    }

    [TestMethod]
    public void RunCharts_NothingOrOneStepMeasured_HaveNoChartWithoutData()
    {
        Assert.IsEmpty(RunCharts.Of([_folders.Source("none", new PretrainingOptions(), [])]).Charts);
        Figure one = RunCharts.Of([_folders.Source("one", new PretrainingOptions(), Folders.Lines(1).Take(1))]);
        Assert.AreSequenceEqual(["Loss", "Learning rate", "Memory of the process", "Gradient norm"], one.Charts.Select(chart => chart.Title));
    }

    [TestMethod]
    public void LearningCurves_SeedsOfAConfiguration_ShareColourAndName()
    {
        PretrainingOptions ours = new() { BatchSize = 16 }, theirs = new() { BatchSize = 32, Schedule = new LearningRateSchedule { Peak = 1e-4 } };
        TrainingRun[] runs =
        [
            _folders.Source("ours-1", ours with { Seed = 1 }, Folders.Lines(3)), _folders.Source("bert", theirs, Folders.Lines(3)), _folders.Source("ours-2", ours with { Seed = 2, Threads = 3 }, Folders.Lines(5)),
        ];
        LineChart chart = (LineChart)LearningCurves.Of(runs).Charts.Single();
        Assert.AreSequenceEqual(["ours (2 seeds)", null, "bert"], chart.Lines.Select(line => line.Label));
        Assert.AreSequenceEqual([0, 0, 1], chart.Lines.Select(line => line.Color));
        Assert.AreSequenceEqual([new Point(5, 8.0 / 5 + 0.5)], chart.Lines[1].Points);
        Assert.DoesNotContain("Held-out loss", RunCharts.Of(runs).Charts.Select(c => c.Title), "it is Figure 2");
    }

    [TestMethod]
    public void LearningCurves_OneConfiguration_AreNoFigureOfTheirOwn() =>
        Assert.IsEmpty(LearningCurves.Of([_folders.Source("a", new PretrainingOptions { Seed = 1 }, Folders.Lines(2)), _folders.Source("b", new PretrainingOptions { Seed = 2 }, Folders.Lines(2))]).Charts);

    [TestMethod]
    [DataRow(100, "s")]
    [DataRow(1650, "min")]
    [DataRow(86400, "h")]
    [DataRow(700000, "days")]
    public void TimeAxis_Length_HasAUnitThatSuitsIt(double seconds, string unit) => Assert.AreEqual(unit, TimeAxis.For(seconds).Name);

    [TestMethod]
    public void Quantile_BetweenTwoFigures_IsInterpolated()
    {
        // numpy.quantile([1, 2, 4, 8], [0.25, 0.5, 0.75]) = 1.75, 3, 5
        var box = new Box("a", [1, 2, 4, 8]);
        Assert.AreSequenceEqual([1, 1.75, 3, 5, 8], new[] { 0, 0.25, 0.5, 0.75, 1 }.Select(box.Quantile));
        Assert.AreEqual(7, new Box("b", [7]).Quantile(0.75));
    }

    private static LineChart Chart(Figure figure, string title) => (LineChart)figure.Charts.Single(chart => chart.Title == title);
}
