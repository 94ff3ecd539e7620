using AcademicBert.Finetuning;

namespace AcademicBert.Tests.Finetuning;

[TestClass]
public sealed class TemperatureScalingTests
{
    [TestMethod]
    [DataRow(0.25)]
    [DataRow(1.0)]
    [DataRow(4.0)]
    public void Factor_LogitsOffByAFactor_UndoesIt(double off)
    {
        // Labels drawn from the softmax of the true logits, which are then multiplied.
        var random = new Random(3);
        var logits = new List<float[]>();
        var targets = new List<float>();
        for (int row = 0; row < 20000; row++)
        {
            float[] truth = [.. Enumerable.Range(0, 3).Select(_ => (float)(random.NextDouble() * 4 - 2))];
            double[] weights = [.. truth.Select(value => Math.Exp(value))];
            double drawn = random.NextDouble() * weights.Sum();
            int target = drawn < weights[0] ? 0 : drawn < weights[0] + weights[1] ? 1 : 2;
            logits.Add([.. truth.Select(value => (float)(value * off))]);
            targets.Add(target);
        }

        Assert.AreEqual(1, TemperatureScaling.Factor(logits, targets)!.Value * off, 0.05);
    }

    [TestMethod]
    public void Factor_EveryRowRight_StaysFinite()
    {
        double factor = TemperatureScaling.Factor([.. Enumerable.Repeat<float[][]>([[1, -1], [1, -1], [-1, 1]], 10).SelectMany(rows => rows)], [.. Enumerable.Repeat<float[]>([0, 0, 1], 10).SelectMany(rows => rows)])!.Value;
        Assert.IsGreaterThan(0.1, factor);
        Assert.IsLessThan(10, factor);
    }

    [TestMethod]
    public void Factor_RowsThatDoNotDetermineIt_IsNone()
    {
        Assert.IsNull(TemperatureScaling.Factor([[1, -1], [1, -1], [-1, 1]], [0, 0, 1]), "too few rows");
        Assert.IsNull(TemperatureScaling.Factor([.. Enumerable.Repeat<float[]>([1, -1], 1000)], [.. Enumerable.Range(0, 1000).Select(row => (float)(row % 4 == 0 ? 0 : 1))]), "against the labels: the fit runs into its bound");
        Assert.IsNull(TemperatureScaling.Factor([.. Enumerable.Repeat<float[]>([0, 0], 1000)], [.. Enumerable.Range(0, 1000).Select(row => (float)(row % 2))]), "all logits alike");
    }
}
