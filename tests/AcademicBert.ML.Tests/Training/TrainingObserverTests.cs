using AcademicBert.Optimization;
using AcademicBert.Training;

namespace AcademicBert.Tests.Training;

[TestClass]
public sealed class TrainingObserverTests
{
    [TestMethod]
    public void Stepped_FasterThanTheMeasuredPeak_IsAtThePeakAndNeverAboveIt()
    {
        var shares = new List<double>();
        var observer = new TrainingObserver(TrainingBudget.Steps(3), default, peakFlops: 100, new TrainingRecords(new Shares(shares), null, null));
        TrainingPosition before = default;
        // Operations a second on the average so far: 50, 200, 150.
        foreach ((double seconds, double flops) in ((double, double)[])[(1, 50), (2, 350), (4, 200)])
        {
            var after = new TrainingState { Position = new TrainingPosition(before.Steps + 1, before.Samples + 4, seconds), OptimizerSteps = before.Steps + 1 };
            observer.Stepped(before, after, new StepFigures(1, 1e-3, new OptimizerStep(1, true), 64, flops));
            before = after.Position;
        }

        Assert.AreSequenceEqual([0.5, 1, 0.75], shares);
    }

    [TestMethod]
    public void Remeasured_MachineThatWasBusyAtFirst_CountsTheHigherPeakFromThenOn()
    {
        var shares = new List<double>();
        var observer = new TrainingObserver(TrainingBudget.Steps(3), default, peakFlops: 100, new TrainingRecords(new Shares(shares), null, null));
        foreach ((int step, double peak) in ((int, double)[])[(1, 200), (2, 150), (3, 150)])
        {
            observer.Stepped(default, new TrainingState { Position = new TrainingPosition(step, step, step), OptimizerSteps = step }, new StepFigures(1, 1e-3, new OptimizerStep(1, true), 64, 50));
            observer.Remeasured(peak);
        }

        Assert.AreSequenceEqual([0.5, 0.25, 0.25], shares);
    }

    private sealed class Shares(List<double> shares) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => shares.Add(value.ModelFlopsUtilization);
    }
}
