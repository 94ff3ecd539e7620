using AcademicBert.Finetuning;

namespace AcademicBert.Tests.Finetuning;

[TestClass]
public sealed class BertTrainerOptionsTests
{
    [TestMethod]
    public void Validate_TwoAddedColumnsOfOneName_NamesBothOptions()
    {
        string message = Assert.ThrowsExactly<ArgumentException>(() => new BertClassificationOptions { ScoreColumnName = "PredictedLabel" }.Validate()).Message;
        Assert.Contains("PredictionColumnName", message);
        Assert.Contains("ScoreColumnName", message);
        Assert.ThrowsExactly<ArgumentException>(() => new BertBinaryClassificationOptions { ProbabilityColumnName = "Score" }.Validate());
        Assert.ThrowsExactly<ArgumentException>(() => new BertTokenClassificationOptions { WordsColumnName = "Score" }.Validate());
    }

    [TestMethod]
    public void Validate_EmptyNamesAndSizesOutOfRange_NamesTheOption()
    {
        AssertNamed("ModelFolder", new BertRegressionOptions { ModelFolder = "" });
        AssertNamed("RunFolder", new BertRegressionOptions { RunFolder = "" });
        AssertNamed("Sentence2ColumnName", new BertRegressionOptions { Sentence2ColumnName = "" });
        AssertNamed("ScoringBatchSize", new BertRegressionOptions { ScoringBatchSize = int.MaxValue });
        AssertNamed("ScoringBatchSize", new BertRegressionOptions { ScoringBatchSize = 0 });
        new BertRegressionOptions { ScoringBatchSize = 65536 }.Validate();
    }

    private static void AssertNamed(string option, BertRegressionOptions options) =>
        Assert.StartsWith($"BertRegressionOptions.{option} is ", Assert.ThrowsExactly<ArgumentException>(options.Validate).Message);
}
