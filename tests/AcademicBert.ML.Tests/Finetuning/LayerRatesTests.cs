using AcademicBert.Finetuning;
using AcademicBert.Modeling;
using AcademicBert.Optimization;
using AcademicBert.Tests.Modeling;
using static TorchSharp.torch;

namespace AcademicBert.Tests.Finetuning;

[TestClass]
public sealed class LayerRatesTests
{
    private static readonly FinetuningObjective s_objective = FinetuningObjective.Classification(3);

    [TestMethod]
    public void Of_LayerDecay_FallsFromHeadToEmbeddings()
    {
        BertConfig config = Config(NormPlacement.PreLayerNorm);
        var rates = new LayerRates(new FinetuningOptions { LayerDecay = 0.5 }, config.Layers);
        Dictionary<string, double> byName = new ParameterLayout(config, s_objective.Head).Slots.ToDictionary(slot => slot.Name, rates.Of);
        Assert.AreEqual(1, byName["classifier.weight"]);
        Assert.AreEqual(1, byName["bert.pooler.dense.bias"]);
        Assert.AreEqual(0.5, byName["bert.encoder.ln.weight"]);
        Assert.AreEqual(0.5, byName["bert.encoder.layer.2.output.dense.weight"]);
        Assert.AreEqual(0.25, byName["bert.encoder.layer.1.attention.self.query.bias"]);
        Assert.AreEqual(0.125, byName["bert.encoder.layer.0.attention.ln.weight"]);
        Assert.AreEqual(0.0625, byName["bert.embeddings.word_embeddings.weight"]);
    }

    [TestMethod]
    public void LayerRates_MoreFrozenThanThereAre_NamesTheOption() =>
        Assert.Contains("FrozenLayers", Assert.ThrowsExactly<ArgumentException>(() => new LayerRates(new FinetuningOptions { FrozenLayers = 4 }, 3)).Message);

    public static IEnumerable<object[]> Freezings =>
        from engine in Enum.GetValues<Engine>()
        from placement in Enum.GetValues<NormPlacement>()
        from options in (FinetuningOptions[])[new() { FreezeEmbeddings = true }, new() { FrozenLayers = 1 }, new() { FrozenLayers = 2 }, new() { FrozenLayers = 3 }]
        select new object[] { engine, placement, options };

    [TestMethod]
    [DynamicData(nameof(Freezings))]
    public void Step_FrozenParts_StayBitForBitAndTheOthersMoveAsByTheirFullGradients(Engine engine, NormPlacement placement, FinetuningOptions options)
    {
        var rates = new LayerRates(options, 3);
        using BertModel model = Engines.Create(engine, Config(placement), s_objective.Head, seed: 5);
        using var optimizer = new AdamW(model.Parameters, new AdamWOptions { MaxGradientNorm = 1 }, rates.Of);
        Dictionary<string, float[]> full = Gradients(model, trainedFrom: 0), before = Values(model);
        Dictionary<string, float[]> needed = Gradients(model, rates.TrainedFrom);
        optimizer.Step(1e-2);
        Dictionary<string, float[]> after = Values(model);
        foreach (ParameterSlot slot in model.Parameters.Slots)
        {
            if (slot.Depth < rates.TrainedFrom)
            {
                Assert.AreSequenceEqual(before[slot.Name], after[slot.Name], slot.Name);
                continue;
            }

            for (int i = 0; i < full[slot.Name].Length; i++)
                Assert.AreEqual(full[slot.Name][i], needed[slot.Name][i], 1e-6, slot.Name);
            // A key's bias has no gradient but rounding, and that may be none.
            if (full[slot.Name][0] != 0)
                Assert.AreNotEqual(before[slot.Name][0], after[slot.Name][0], slot.Name);
        }
    }

    private static BertConfig Config(NormPlacement placement) => new()
    {
        VocabularySize = 40, HiddenSize = 16, Layers = 3, Heads = 2, IntermediateSize = 32, MaxPositions = 12, HiddenDropout = 0, AttentionDropout = 0, NormPlacement = placement,
        EmbeddingLayerNorm = true, InitializerRange = 0.2,
    };

    private static Dictionary<string, float[]> Gradients(BertModel model, int trainedFrom)
    {
        using var scope = NewDisposeScope();
        model.Parameters.ZeroGradients();
        Tensor ids = arange(24).reshape(3, 8) + 5;
        Tensor outputs = model.Classify(model.Pool(model.Encode(new EncoderInput(ids))));
        model.Backward(s_objective.LossSum(outputs, [0, 1, 2], 0), trainedFrom);
        return model.Parameters.Slots.ToDictionary(slot => slot.Name, slot => model.Parameters.Gradient(slot.Name).cpu().data<float>().ToArray());
    }

    private static Dictionary<string, float[]> Values(BertModel model) => model.Parameters.Slots.ToDictionary(slot => slot.Name, model.Parameters.ToArray);
}
