using AcademicBert.Modeling;

namespace AcademicBert.Tests.Modeling;

[TestClass]
public sealed class ModelMemoryTests
{
    private static readonly BertConfig s_large = new() { VocabularySize = 30522, HiddenSize = 1024, Layers = 24, Heads = 16, IntermediateSize = 4096 };

    [TestMethod]
    public void LeastBytes_BertLarge_IsSixteenForEachOfItsMatrixElements() =>
        Assert.AreEqual(16.0 * (24 * 12_582_912L + (30522 + 128) * 1024L), ModelMemory.LeastBytes(s_large), 1);

    [TestMethod]
    public void LeastBytes_ModelThatIsTrained_IsAtMostWhatItsParametersTake()
    {
        using BertModel model = BertModel.Create(s_large with { HiddenSize = 64, Heads = 2, Layers = 2, IntermediateSize = 100, GatedFeedForward = true }, HeadSpec.MaskedLanguageModel, seed: 1);
        long parameters = model.Parameters.Slots.Sum(slot => slot.Count);
        Assert.IsLessThanOrEqualTo(16.0 * parameters, ModelMemory.LeastBytes(model.Config));
        Assert.IsGreaterThan(15.0 * parameters, ModelMemory.LeastBytes(model.Config));
    }

    [TestMethod]
    [DataRow(5.3e9, false)]
    [DataRow(5.4e9, true)]
    public void Require_Memory_IsThatOfTheParametersAtLeast(double bytes, bool enough)
    {
        if (enough)
            ModelMemory.Require(s_large, bytes);
        else
            Assert.Contains("5.3 GB", Assert.ThrowsExactly<ArgumentException>(() => ModelMemory.Require(s_large, bytes)).Message);
    }

    [TestMethod]
    public void LeastBytes_AbsurdSizes_DoNotOverflow() =>
        Assert.IsGreaterThan(1e20, ModelMemory.LeastBytes(s_large with { HiddenSize = int.MaxValue, IntermediateSize = int.MaxValue, Layers = int.MaxValue }));
}
