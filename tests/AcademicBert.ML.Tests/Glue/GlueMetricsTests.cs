using System.Text.Json;
using AcademicBert.Glue;

namespace AcademicBert.Tests.Glue;

[TestClass]
public sealed class GlueMetricsTests
{
    private const double Tolerance = 1e-12;

    [TestMethod]
    public void Classification_Fixtures_AreWhatTheReferenceComputes()
    {
        using JsonDocument fixtures = Fixtures();
        int compared = 0;
        foreach (JsonElement set in fixtures.RootElement.GetProperty("classification").EnumerateArray())
        {
            int[] predictions = [.. set.GetProperty("predictions").EnumerateArray().Select(value => value.GetInt32())], labels = [.. set.GetProperty("labels").EnumerateArray().Select(value => value.GetInt32())];
            string name = set.GetProperty("name").GetString()!;
            Assert.AreEqual(set.GetProperty("accuracy").GetDouble(), GlueMetrics.Accuracy(predictions, labels), Tolerance, name);
            Assert.AreEqual(set.GetProperty("matthews_correlation").GetDouble(), GlueMetrics.Matthews(predictions, labels), Tolerance, name);
            if (set.TryGetProperty("f1", out JsonElement f1))
                Assert.AreEqual(f1.GetDouble(), GlueMetrics.F1(predictions, labels), Tolerance, name);
            compared++;
        }

        Assert.IsGreaterThanOrEqualTo(10, compared);
    }

    [TestMethod]
    public void Regression_Fixtures_AreWhatTheReferenceComputes()
    {
        using JsonDocument fixtures = Fixtures();
        int compared = 0;
        foreach (JsonElement set in fixtures.RootElement.GetProperty("regression").EnumerateArray())
        {
            double[] predictions = [.. set.GetProperty("predictions").EnumerateArray().Select(value => value.GetDouble())], labels = [.. set.GetProperty("labels").EnumerateArray().Select(value => value.GetDouble())];
            string name = set.GetProperty("name").GetString()!;
            AreEqual(set.GetProperty("pearson"), GlueMetrics.Pearson(predictions, labels), name);
            AreEqual(set.GetProperty("spearmanr"), GlueMetrics.Spearman(predictions, labels), name);
            compared++;
        }

        Assert.IsGreaterThanOrEqualTo(8, compared);
    }

    [TestMethod]
    public void F1_NothingIsOrIsCalledPositive_IsZero()
    {
        Assert.AreEqual(0, GlueMetrics.F1([0, 0], [0, 0]));
        Assert.AreEqual(0, GlueMetrics.F1([0, 1], [0, 0]));
        Assert.AreEqual(0, GlueMetrics.F1([0, 0], [0, 1]));
    }

    // Of three rows: (3 · right - Σ predicted · real) over the root of (9 - Σ predicted²)(9 - Σ real²), the sums over the counts of the classes.
    [TestMethod]
    public void Matthews_ClassOnOneSideOnly_Counts()
    {
        Assert.AreEqual((3 - 3) / Math.Sqrt(6 * 4), GlueMetrics.Matthews([0, 2, 1], [0, 1, 0]), Tolerance);
        Assert.AreEqual((6 - 3) / Math.Sqrt(4 * 6), GlueMetrics.Matthews([0, 1, 0], [0, 1, 2]), Tolerance);
        Assert.AreEqual((6 - 3) / Math.Sqrt(6 * 4), GlueMetrics.Matthews([0, 1, 2], [0, 1, 0]), Tolerance);
    }

    // The mean of three times 0.1 is not 0.1.
    [TestMethod]
    public void Correlations_OneSideConstant_AreNotDefined()
    {
        Assert.IsTrue(double.IsNaN(GlueMetrics.Pearson([0.1, 0.1, 0.1], [1, 2, 4])));
        Assert.IsTrue(double.IsNaN(GlueMetrics.Pearson([1, 2, 4], [0.1, 0.1, 0.1])));
        Assert.IsTrue(double.IsNaN(GlueMetrics.Spearman([0.1, 0.1, 0.1], [1, 2, 4])));
    }

    [TestMethod]
    public void Metrics_DifferentLengthsOrNoRows_AreRefused()
    {
        foreach (Func<int[], int[], double> metric in (Func<int[], int[], double>[])[GlueMetrics.Accuracy, GlueMetrics.F1, GlueMetrics.Matthews])
            IsRefused(metric, [1], [1, 0]);
        foreach (Func<double[], double[], double> metric in (Func<double[], double[], double>[])[GlueMetrics.Pearson, GlueMetrics.Spearman])
            IsRefused(metric, [1], [1, 0]);

        static void IsRefused<T>(Func<T[], T[], double> metric, T[] one, T[] two)
        {
            foreach ((T[] predictions, T[] labels) in ((T[], T[])[])[(one, two), (two, one), ([], [])])
                Assert.StartsWith($"There are {predictions.Length} predictions for {labels.Length} labels;", Assert.ThrowsExactly<ArgumentException>(() => metric(predictions, labels)).Message);
        }
    }

    // The reference has null where SciPy says that a correlation is not defined.
    private static void AreEqual(JsonElement expected, double actual, string name)
    {
        if (expected.ValueKind == JsonValueKind.Null)
            Assert.IsTrue(double.IsNaN(actual), name);
        else
            Assert.AreEqual(expected.GetDouble(), actual, Tolerance, name);
    }

    private static JsonDocument Fixtures() => JsonDocument.Parse(File.ReadAllText(TestData.Fixture("metrics", "metrics.json")));
}
