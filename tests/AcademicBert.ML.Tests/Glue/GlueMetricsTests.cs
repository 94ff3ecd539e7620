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
    public void Metrics_DifferentLengthsOrNoRows_AreRefused()
    {
        Assert.ThrowsExactly<ArgumentException>(() => GlueMetrics.Accuracy([1], [1, 0]));
        Assert.ThrowsExactly<ArgumentException>(() => GlueMetrics.Spearman([], []));
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
