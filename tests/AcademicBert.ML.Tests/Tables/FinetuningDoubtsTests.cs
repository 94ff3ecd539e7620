using AcademicBert.Finetuning;
using AcademicBert.Tables;

namespace AcademicBert.Tests.Tables;

[TestClass]
public sealed class FinetuningDoubtsTests
{
    private static readonly TableFinetuningResult s_classes = new(FinetuningTask.Classification, ["billing", "bug"], 800, 200, new Dictionary<string, double> { ["accuracy"] = 0.9 }) { TrainingLoss = 0.2, GuessingLoss = 0.67 };

    [TestMethod]
    [DataRow(7, 2.0 / 7, "7 held-out rows are too few to judge by: the standard error of the accuracy is 0.15. About 89 held-out rows bring it to 0.05.")]
    [DataRow(3, 1.0, "3 held-out rows are too few")]
    [DataRow(50, 1.0, null)]
    [DataRow(100, 0.5, null)]
    public void Doubts_HeldOutRows_AreTooFewWhereTheStandardErrorIsAboveATwentieth(int rows, double accuracy, string? expected)
    {
        IReadOnlyList<string> doubts = (s_classes with { ValidationRows = rows, Metrics = new Dictionary<string, double> { ["accuracy"] = accuracy } }).Doubts();
        Assert.HasCount(expected is null ? 0 : 1, doubts);
        if (expected is not null)
            Assert.StartsWith(expected, doubts[0]);
    }

    [TestMethod]
    [DataRow(49, true)]
    [DataRow(50, false)]
    public void Doubts_Numbers_AreTooFewBelowFifty(int rows, bool few)
    {
        IReadOnlyList<string> doubts = new TableFinetuningResult(FinetuningTask.Regression, [], 500, rows, new Dictionary<string, double> { ["rootMeanSquaredError"] = 2 }).Doubts();
        Assert.HasCount(few ? 1 : 0, doubts);
        if (few)
            Assert.Contains("About 50 held-out rows bring it to 10", doubts[0]);
    }

    [TestMethod]
    public void Doubts_LossOfGuessing_SayThatLittleWasLearntAndWhatToTry()
    {
        string doubt = (s_classes with { TrainingLoss = 1.097, GuessingLoss = 1.099 }).Doubts().Single();
        Assert.Contains("1.097, is not clearly below that of guessing, 1.099", doubt);
        Assert.Contains("--learningRate", doubt);
    }

    [TestMethod]
    public void Doubts_LossOfGuessing_AdviseNothingThatWasDoneAlready()
    {
        TableFinetuningResult unlearnt = s_classes with { TrainingLoss = 1.097, GuessingLoss = 1.099 };
        string doubt = unlearnt.Doubts(new FinetuningOptions { LearningRate = 1e-3 }).Single();
        Assert.Contains("little was learnt. Try more --epochs", doubt);
        Assert.DoesNotContain("--learningRate", doubt);
        Assert.IsEmpty(unlearnt.Doubts(new FinetuningOptions { LearningRate = 1e-3, Untrained = true }));
    }

    [TestMethod]
    [DataRow(150, 0.5133, 0.5, 0.23, "The accuracy, 0.513, is not clearly above that of guessing, 0.500: the standard error is 0.040. The training rows were learnt by heart")]
    [DataRow(150, 0.5133, 0.5, 0.6, "The accuracy, 0.513, is not clearly above that of guessing, 0.500: the standard error is 0.040.")]
    [DataRow(1500, 0.6, 0.5, 0.23, null)]
    public void Doubts_HeldOutRowsLikeGuessing_SaySo(int rows, double accuracy, double guess, double loss, string? expected)
    {
        TableFinetuningResult result = s_classes with { ValidationRows = rows, Metrics = Accuracy(accuracy), GuessingMetrics = Accuracy(guess), TrainingLoss = loss };
        IReadOnlyList<string> doubts = result.Doubts();
        Assert.HasCount(expected is null ? 0 : 1, doubts);
        if (expected is not null)
            Assert.StartsWith(expected, doubts[0]);

        static Dictionary<string, double> Accuracy(double value) => new() { ["accuracy"] = value };
    }

    [TestMethod]
    [DataRow(1.4, true)]
    [DataRow(1.19, true)]
    [DataRow(0.9, false)]
    public void Doubts_ErrorLikeThatOfTheMean_SaySo(double error, bool alike)
    {
        TableEvaluation result = new(FinetuningTask.Regression, [], 400, Errors(error)) { GuessingMetrics = Errors(1.22) };
        Assert.AreEqual(alike, result.Doubts().Any(doubt => doubt.Contains("is not clearly below that of guessing, 1.220", StringComparison.Ordinal)));

        static Dictionary<string, double> Errors(double value) => new() { ["rootMeanSquaredError"] = value };
    }

    [TestMethod]
    public void Doubts_GoodResultOrNoHeldOutRows_AreNone()
    {
        Assert.IsEmpty(s_classes.Doubts());
        Assert.IsEmpty((s_classes with { ValidationRows = 0, Metrics = new Dictionary<string, double>() }).Doubts());
    }
}
