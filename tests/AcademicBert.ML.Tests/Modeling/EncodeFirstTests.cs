using AcademicBert.Modeling;
using static TorchSharp.torch;

namespace AcademicBert.Tests.Modeling;

[TestClass]
public sealed class EncodeFirstTests
{
    public static IEnumerable<object[]> Cases =>
        from engine in Enum.GetValues<Engine>()
        from placement in Enum.GetValues<NormPlacement>()
        from precision in engine == Engine.Fused ? (ComputePrecision[])[ComputePrecision.Float32, ComputePrecision.BFloat16] : [ComputePrecision.Float32]
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
}
