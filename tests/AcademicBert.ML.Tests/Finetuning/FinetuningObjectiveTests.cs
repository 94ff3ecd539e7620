using AcademicBert.Finetuning;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AcademicBert.Tests.Finetuning;

[TestClass]
public sealed class FinetuningObjectiveTests
{
    private static readonly float[] s_targets = [0, 2, 1, 2, 2];

    [TestMethod]
    [DataRow(0.0, false)]
    [DataRow(0.1, false)]
    [DataRow(0.0, true)]
    [DataRow(0.2, true)]
    public void LossSum_OverTheWeights_IsTheWeightedMeanOfTorch(double smoothing, bool weighted)
    {
        using var scope = NewDisposeScope();
        float[]? weights = weighted ? [0.5f, 2, 1.25f] : null;
        Tensor outputs = randn(5, 3);
        FinetuningObjective objective = FinetuningObjective.Classification(3, weights);
        Tensor expected = functional.cross_entropy(outputs, tensor(s_targets).to(int64), weights is null ? null : tensor(weights), label_smoothing: smoothing);
        double actual = objective.LossSum(outputs, s_targets, smoothing).item<float>() / s_targets.Sum(objective.Weight);
        Assert.AreEqual(expected.item<float>(), actual, 1e-6);
    }

    [TestMethod]
    public void Score_OfClasses_IsTheAccuracyOverAllRows() =>
        Assert.AreEqual(0.4, FinetuningObjective.Classification(3).Score([[1, 0, 0], [1, 0, 0], [0, 1, 0], [0, 1, 0], [0.5f, 0.5f, 0.4f]], Rows(s_targets)), 1e-12);

    [TestMethod]
    public void Score_OfNumbers_IsTheNegativeMeanSquaredError() =>
        Assert.AreEqual(-(0.25 + 4) / 2, FinetuningObjective.Regression.Score([[0.5f], [4]], Rows(0, 2)), 1e-12);

    [TestMethod]
    public void Score_OfWords_IsTheF1OfEntitiesWhereLabelsAreBioElseTheAccuracy()
    {
        // Tokens 1 and 3 have labels; what is predicted elsewhere does not count.
        LabelledExample[] rows = [new(default, [1, 2], [1, 3]), new(default, [0], [2])];
        float[][] predicted = [[0, 1, 1, 0, 1], [2, 2, 0, 1]];
        Assert.AreEqual(0, FinetuningObjective.TokenClassification(["O", "B-PER", "I-PER"]).Score(predicted, rows), 1e-12);
        Assert.AreEqual(2.0 / 3, FinetuningObjective.TokenClassification(["none", "city", "person"]).Score(predicted, rows), 1e-12);
    }

    private static LabelledExample[] Rows(params float[] targets) => [.. targets.Select(target => new LabelledExample(default, target))];
}
