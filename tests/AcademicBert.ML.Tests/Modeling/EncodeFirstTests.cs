using AcademicBert.Modeling;
using static TorchSharp.torch;

namespace AcademicBert.Tests.Modeling;

[TestClass]
public sealed class EncodeFirstTests
{
    public static IEnumerable<object[]> Cases =>
        from engine in Enum.GetValues<Engine>()
        from placement in Enum.GetValues<NormPlacement>()
        from precision in Precisions(engine)
        from layers in (int[])[1, 2, 3]
        select new object[] { engine, placement, precision, layers };

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Outputs_AnyModel_AreThoseOfTheWholeEncoder(Engine engine, NormPlacement placement, ComputePrecision precision, int layers)
    {
        var config = new BertConfig
        {
            VocabularySize = 40, HiddenSize = 16, Layers = layers, Heads = 2, IntermediateSize = 32, MaxPositions = 12, NormPlacement = placement, EmbeddingLayerNorm = true, InitializerRange = 0.3,
        };
        using BertModel model = Engines.Create(engine, config, HeadSpec.Classifier(3), seed: 5, precision);
        using var scope = NewDisposeScope();
        foreach ((int rows, int length) in ((int, int)[])[(5, 9), (1, 12), (3, 1), (5, 9)])
        {
            var input = new EncoderInput(arange(rows * length).reshape(rows, length).remainder(35) + 5, null, tensor([.. Enumerable.Range(0, rows).Select(row => (long)Math.Max(1, length - row))]));
            using IDisposable frozen = no_grad();
            float[] whole = [.. model.Classify(model.Pool(model.Encode(input))).data<float>()], first = [.. model.Outputs(input).data<float>()];
            Assert.HasCount(rows * 3, first);
            double tolerance = precision == ComputePrecision.BFloat16 ? 2e-2 : 1e-5;
            for (int i = 0; i < first.Length; i++)
                Assert.AreEqual(whole[i], first[i], tolerance, $"{rows}×{length}, output {i}");
        }
    }

    public static IEnumerable<object[]> TrainingCases =>
        from engine in Enum.GetValues<Engine>()
        from placement in Enum.GetValues<NormPlacement>()
        from precision in Precisions(engine)
        from layers in (int[])[1, 3]
        from dropout in (double[])[0, 0.3]
        from trainedFrom in ((int[])[0, 1, layers]).Distinct()
        select new object[] { engine, placement, precision, layers, dropout, trainedFrom };

    [TestMethod]
    [DynamicData(nameof(TrainingCases))]
    public void Backward_FromTheFirstTokens_GivesTheGradientsOfTheWholeEncoder(Engine engine, NormPlacement placement, ComputePrecision precision, int layers, double dropout, int trainedFrom)
    {
        var config = new BertConfig
        {
            VocabularySize = 40, HiddenSize = 16, Layers = layers, Heads = 2, IntermediateSize = 32, MaxPositions = 12, NormPlacement = placement, EmbeddingLayerNorm = true, InitializerRange = 0.3,
            HiddenDropout = dropout, AttentionDropout = dropout,
        };
        using BertModel model = Engines.Create(engine, config, HeadSpec.Classifier(3), seed: 5, precision);
        double tolerance = precision == ComputePrecision.BFloat16 ? 3e-2 : 1e-5;
        using var scope = NewDisposeScope();
        foreach ((int rows, int length) in ((int, int)[])[(5, 9), (1, 12), (3, 1)])
        {
            var input = new EncoderInput(arange(rows * length).reshape(rows, length).remainder(35) + 5, null, tensor([.. Enumerable.Range(0, rows).Select(row => (long)Math.Max(1, length - row))]));
            var masks = new DropoutState(7, 3, 11);
            Tensor first = Gradients(() => model.Outputs(input, masks)), whole = Gradients(() => model.Classify(model.Pool(model.Encode(input, masks)), masks));
            Assert.IsGreaterThan(0f, whole.abs().max().item<float>());
            Assert.AreEqual(0, (first - whole).abs().max().item<float>(), tolerance * whole.abs().max().item<float>(), $"{rows}×{length}");
        }

        Tensor Gradients(Func<Tensor> outputs)
        {
            model.Parameters.ZeroGradients();
            Tensor outputs_BO = outputs();
            model.Backward((outputs_BO * arange(outputs_BO.numel()).reshape(outputs_BO.shape)).sum(), trainedFrom);
            return cat([.. model.Parameters.Slots.Where(slot => slot.Depth >= trainedFrom).Select(slot => model.Parameters.Gradients.narrow(0, slot.Offset, slot.Count))]);
        }
    }

    private static ComputePrecision[] Precisions(Engine engine) => engine == Engine.Fused ? [ComputePrecision.Float32, ComputePrecision.BFloat16] : [ComputePrecision.Float32];
}
