using AcademicBert.Modeling;
using AcademicBert.Training;

namespace AcademicBert.Tests.Training;

[TestClass]
public sealed class BackboneTests
{
    private static readonly BertConfig s_config = new() { VocabularySize = 24, HiddenSize = 8, Layers = 2, Heads = 2, IntermediateSize = 16, MaxPositions = 12 };

    [TestMethod]
    [DataRow(1, true, DisplayName = "pretrained on single sequences")]
    [DataRow(2, false, DisplayName = "pretrained on pairs")]
    [DataRow(null, false, DisplayName = "of others, who do not say")]
    public void WithHead_SegmentThatPretrainingNeverTrained_StartsAsACopyOfTheFirst(int? trained, bool copied)
    {
        using var pretrained = BertModel.Create(s_config with { TrainedTokenTypes = trained }, HeadSpec.MaskedLanguageModel, seed: 1);
        float[] before = Values(pretrained, ParameterNames.TokenTypeEmbeddings);
        using BertModel model = WithHead(pretrained);
        float[] segments = Values(model, ParameterNames.TokenTypeEmbeddings);
        Assert.AreSequenceEqual(before[..8], segments[..8]);
        Assert.AreSequenceEqual(copied ? before[..8] : before[8..], segments[8..]);
        Assert.AreSequenceEqual(before, Values(pretrained, ParameterNames.TokenTypeEmbeddings), "the pretrained model stays as it is");
    }

    [TestMethod]
    public void WithHead_AnyModel_TakesTheEncoderWithAsManyPositionsAndMakesTheHeadAnew()
    {
        using var pretrained = BertModel.Create(s_config, HeadSpec.Classifier(3), seed: 1);
        using BertModel model = WithHead(pretrained);
        Assert.AreEqual(12, model.Config.MaxPositions);
        foreach (ParameterSlot slot in model.Parameters.Slots.Where(slot => slot.Name != ParameterNames.TokenTypeEmbeddings && slot.Depth <= s_config.Layers))
            Assert.AreSequenceEqual(Values(pretrained, slot.Name), Values(model, slot.Name), slot.Name);
        Assert.HasCount(2 * 8, Values(model, ParameterNames.Weight(ParameterNames.Classifier)));
    }

    private static BertModel WithHead(BertModel pretrained) => Backbone.WithHead(pretrained, HeadSpec.Classifier(2), dropout: null, seed: 3, ComputePrecision.Float32);

    private static float[] Values(BertModel model, string name) => model.Parameters.ToArray(model.Parameters.Slot(name));
}
