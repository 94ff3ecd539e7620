using AcademicBert.Modeling;

namespace AcademicBert.Tests.Modeling;

[TestClass]
public sealed class ModelFlopsTests
{
    [TestMethod]
    public void OfTraining_BertBase_IsSixTimesItsMatrixElementsAndAttention()
    {
        var config = new BertConfig { VocabularySize = 30522, HiddenSize = 768, Layers = 12, Heads = 12, IntermediateSize = 3072 };
        // 85 million elements of layer matrices for each token; 19 of 128 tokens go through transform and decoder.
        double layers = 6.0 * 12 * 7_077_888 * 128, attention = 6.0 * 12 * 2 * 768 * 128 * 128, head = 6.0 * 19 * (589_824 + 23_440_896);
        Assert.AreEqual(layers + attention + head, ModelFlops.OfTraining(config, 128, 128 * 128, 19), 1);
    }

    [TestMethod]
    public void OfTraining_GatedOfTwoThirdsWidth_IsThatOfTheWholeWidthWithoutGate()
    {
        var config = new BertConfig { VocabularySize = 30522, HiddenSize = 768, Layers = 12, Heads = 12, IntermediateSize = 3072 };
        Assert.AreEqual(ModelFlops.OfTraining(config, 128, 128 * 128, 19), ModelFlops.OfTraining(config with { GatedFeedForward = true, IntermediateSize = 2048 }, 128, 128 * 128, 19), 1);
    }
}
