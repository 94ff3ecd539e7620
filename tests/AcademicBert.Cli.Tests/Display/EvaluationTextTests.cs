using AcademicBert.Cli.Display;
using AcademicBert.Finetuning;
using AcademicBert.Tables;

namespace AcademicBert.Tests.Display;

[TestClass]
public sealed class EvaluationTextTests
{
    private static readonly FinetuningOptions s_options = new();

    private static readonly TableFinetuningResult s_classes = new(FinetuningTask.Classification, ["billing", "bug"], 800, 200, new Dictionary<string, double> { ["accuracy"] = 0.9 })
    {
        GuessingMetrics = new Dictionary<string, double> { ["accuracy"] = 0.6 },
        MostFrequent = "bug",
        Confusion = [[70, 10], [10, 110]],
        TrainingLoss = 0.2,
        GuessingLoss = 0.67,
    };

    [TestMethod]
    public void Of_Classes_SaysWhatGuessingGivesAndWhatEachWasTakenFor() => Assert.AreSequenceEqual(
        ["accuracy               0.9000  (always 'bug', the most frequent in the training rows: 0.6000)", "  billing: 70 of 80 right, 10 taken for bug", "  bug: 110 of 120 right, 10 taken for billing"], EvaluationText.Of(s_classes, s_options));

    [TestMethod]
    public void Of_Numbers_SaysWhatTheMeanGives()
    {
        TableFinetuningResult result = new(FinetuningTask.Regression, [], 500, 50, new Dictionary<string, double> { ["rootMeanSquaredError"] = 2 }) { GuessingMetrics = new Dictionary<string, double> { ["rootMeanSquaredError"] = 3 } };
        Assert.AreEqual("rootMeanSquaredError   2.0000  (always the mean of the training rows: 3.0000)", EvaluationText.Of(result, s_options).Single());
    }

    [TestMethod]
    public void Of_RowsThatWereNotTrainedOn_ComparesWithTheirOwnMostFrequentClass()
    {
        TableEvaluation evaluation = new(FinetuningTask.Classification, ["a", "b"], 400, new Dictionary<string, double> { ["accuracy"] = 0.9 }) { GuessingMetrics = s_classes.GuessingMetrics, MostFrequent = "a" };
        Assert.AreEqual("accuracy               0.9000  (always 'a', the most frequent in these rows: 0.6000)", EvaluationText.Of(evaluation).Single());
    }

    [TestMethod]
    public void Of_Doubts_EndWithThem()
    {
        TableFinetuningResult result = s_classes with { ValidationRows = 3, TrainingLoss = 0.66 };
        FinetuningOptions options = s_options with { LearningRate = 1e-3 };
        Assert.HasCount(2, result.Doubts(options));
        Assert.AreSequenceEqual(result.Doubts(options), EvaluationText.Of(result, options).TakeLast(2));
    }

    [TestMethod]
    public void Of_NoHeldOutRows_SaysNothing() => Assert.IsEmpty(EvaluationText.Of(new TableFinetuningResult(FinetuningTask.Classification, ["a", "b"], 10, 0, new Dictionary<string, double>()), s_options));
}
