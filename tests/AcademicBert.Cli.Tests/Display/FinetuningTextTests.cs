using AcademicBert.Cli.Display;
using AcademicBert.Finetuning;
using AcademicBert.Tables;

namespace AcademicBert.Tests.Display;

[TestClass]
public sealed class FinetuningTextTests
{
    private static readonly FinetuningOptions s_options = new();

    private static readonly TableFinetuningResult s_classes = new(FinetuningTask.Classification, ["billing", "bug"], 800, 200, new Dictionary<string, double> { ["accuracy"] = 0.9 })
    {
        GuessingMetrics = new Dictionary<string, double> { ["accuracy"] = 0.6 },
        Confusion = [[70, 10], [10, 110]],
        TrainingLoss = 0.2,
        GuessingLoss = 0.67,
    };

    [TestMethod]
    public void Of_Classes_SaysWhatGuessingGivesAndWhatEachWasTakenFor() => Assert.AreSequenceEqual(
        ["accuracy               0.9000  (always the most frequent: 0.6000)", "  billing: 70 of 80 right, 10 taken for bug", "  bug: 110 of 120 right, 10 taken for billing"], FinetuningText.Of(s_classes, s_options));

    [TestMethod]
    [DataRow(7, 2.0 / 7, "7 held-out rows are too few to judge by: the standard error of the accuracy is 0.15. About 89 bring it to 0.05.")]
    [DataRow(3, 1.0, "3 held-out rows are too few")]
    [DataRow(50, 1.0, null)]
    [DataRow(100, 0.5, null)]
    public void Of_HeldOutRows_AreTooFewWhereTheStandardErrorIsAboveATwentieth(int rows, double accuracy, string? expected)
    {
        string[] lines = [.. FinetuningText.Of(s_classes with { ValidationRows = rows, Metrics = new Dictionary<string, double> { ["accuracy"] = accuracy }, Confusion = [] }, s_options)];
        Assert.HasCount(expected is null ? 1 : 2, lines);
        if (expected is not null)
            Assert.StartsWith(expected, lines[1]);
    }

    [TestMethod]
    [DataRow(49, true)]
    [DataRow(50, false)]
    public void Of_Numbers_AreTooFewBelowFifty(int rows, bool few)
    {
        TableFinetuningResult result = new(FinetuningTask.Regression, [], 500, rows, new Dictionary<string, double> { ["rootMeanSquaredError"] = 2 }) { GuessingMetrics = new Dictionary<string, double> { ["rootMeanSquaredError"] = 3 } };
        string[] lines = [.. FinetuningText.Of(result, s_options)];
        Assert.AreEqual("rootMeanSquaredError   2.0000  (always the mean: 3.0000)", lines[0]);
        Assert.HasCount(few ? 2 : 1, lines);
    }

    [TestMethod]
    public void Of_LossOfGuessing_SaysThatLittleWasLearntAndWhatToTry()
    {
        string line = FinetuningText.Of(s_classes with { TrainingLoss = 1.097, GuessingLoss = 1.099 }, s_options).Last();
        Assert.Contains("1.097, is not clearly below that of guessing, 1.099", line);
        Assert.Contains("--learningRate", line);
    }

    [TestMethod]
    public void Of_LossOfGuessing_AdvisesNothingThatWasDoneAlready()
    {
        TableFinetuningResult unlearnt = s_classes with { TrainingLoss = 1.097, GuessingLoss = 1.099 };
        string line = FinetuningText.Of(unlearnt, s_options with { LearningRate = 1e-3 }).Last();
        Assert.Contains("little was learnt. Try more --epochs", line);
        Assert.DoesNotContain("--learningRate", line);
        Assert.AreSequenceEqual(FinetuningText.Of(s_classes, s_options), FinetuningText.Of(unlearnt, s_options with { Untrained = true }));
    }

    [TestMethod]
    public void Of_NoHeldOutRows_SaysNothing() => Assert.IsEmpty(FinetuningText.Of(new(FinetuningTask.Classification, ["a", "b"], 10, 0, new Dictionary<string, double>()), s_options));
}
