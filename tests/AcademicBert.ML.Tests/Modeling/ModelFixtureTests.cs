using System.Runtime.InteropServices;
using AcademicBert.Finetuning;
using AcademicBert.Modeling;
using AcademicBert.Tensors;
using AcademicBert.Tests.Tensors;
using static TorchSharp.torch;

namespace AcademicBert.Tests.Modeling;

[TestClass]
public sealed class ModelFixtureTests
{
    private const double Tolerance = 1e-5;

    public static IEnumerable<object[]> MaskedModelsAndEngines => MaskedModels.SelectMany(row => Enum.GetValues<Engine>().Select(engine => new[] { row[0], engine }));

    public static IEnumerable<object[]> MaskedModelsAndFusedEngines => MaskedModelsAndEngines.Where(row => (Engine)row[1] != Engine.Plain);

    public static IEnumerable<object[]> MaskedModelsAndCudaEngines => MaskedModelsAndEngines.Where(row => (Engine)row[1] is Engine.Emulated or Engine.Cuda);

    public static IEnumerable<object[]> ClassifiersAndEngines => Classifiers.SelectMany(row => Enum.GetValues<Engine>().Select(engine => new[] { row[0], engine }));

    public static IEnumerable<object[]> MaskedModels => Folders("labels", model => model.Model.Head.Kind == HeadKind.MaskedLanguageModel);

    public static IEnumerable<object[]> Classifiers => Folders("labels", model => model.Model.Head.Kind == HeadKind.Classifier);

    [TestMethod]
    [DynamicData(nameof(MaskedModelsAndEngines))]
    public void MaskedModel_ReferenceParameters_GivesTheReferenceLossHiddenStatesAndGradients(string folder, Engine engine)
    {
        using var fixture = new FixtureModel(folder, engine);
        using var scope = NewDisposeScope();
        Tensor hidden_BSH = fixture.Model.Encode(fixture.Batch());
        (Tensor positions, Tensor ids) = fixture.Targets();
        Tensor loss = fixture.Model.MaskedLossSum(hidden_BSH, positions, ids) / ids.numel();
        fixture.Model.Backward(loss);

        CompareEncoder(folder, fixture, hidden_BSH);
        Tensor logits = fixture.Model.MaskedLogits(hidden_BSH, fixture.IsReferenceRepository ? positions : null);
        Compare(folder, fixture.IsReferenceRepository ? "masked_logits" : "logits", logits);
        Compare(folder, "loss", loss);
        CompareGradients(folder, fixture.Model);
    }

    [TestMethod]
    [DynamicData(nameof(MaskedModelsAndFusedEngines))]
    public void AccumulateGradients_ReferenceParameters_GivesTheReferenceLossAndGradients(string folder, Engine engine)
    {
        using var fixture = new FixtureModel(folder, engine);
        using var scope = NewDisposeScope();
        (Tensor positions, Tensor ids) = fixture.Targets();
        double sum = fixture.Model.AccumulateGradients(fixture.Batch(), new MaskedTargets(positions, ids), dropout: null);
        Compare(folder, "loss", tensor((float)(sum / ids.numel())));
        fixture.Model.Parameters.Gradients.div_(ids.numel());
        CompareGradients(folder, fixture.Model);
    }

    [TestMethod]
    [DynamicData(nameof(MaskedModelsAndFusedEngines))]
    public void AccumulateGradients_BFloat16_StaysWithinItsRounding(string folder, Engine engine) => CheckRounding(folder, engine, ComputePrecision.BFloat16);

    [TestMethod]
    [DynamicData(nameof(MaskedModelsAndCudaEngines))]
    public void AccumulateGradients_Float16_StaysWithinItsRounding(string folder, Engine engine) => CheckRounding(folder, engine, ComputePrecision.Float16);

    private static void CheckRounding(string folder, Engine engine, ComputePrecision precision)
    {
        using var fixture = new FixtureModel(folder, engine, precision);
        fixture.Model.Parameters.LossScale.Expect(256);
        using var scope = NewDisposeScope();
        (Tensor positions, Tensor ids) = fixture.Targets();
        double sum = fixture.Model.AccumulateGradients(fixture.Batch(), new MaskedTargets(positions, ids), dropout: null);
        Compare(folder, "loss", tensor((float)(sum / ids.numel())), 2e-3);
        fixture.Model.Parameters.Gradients.div_(ids.numel() * fixture.Model.Parameters.LossScale.Factor);
        CompareGradients(folder, fixture.Model, 2e-2);
    }

    [TestMethod]
    [DynamicData(nameof(ClassifiersAndEngines))]
    public void Classifier_ReferenceParameters_GivesTheReferenceLossAndGradients(string folder, Engine engine)
    {
        using var fixture = new FixtureModel(folder, engine);
        using var scope = NewDisposeScope();
        Tensor hidden_BSH = fixture.Model.Encode(fixture.Batch());
        Tensor pooled_BH = fixture.Model.Pool(hidden_BSH);
        Tensor logits = fixture.Model.Classify(pooled_BH);
        bool number = fixture.Model.Head.Outputs == 1;
        FinetuningObjective objective = number ? FinetuningObjective.Regression : FinetuningObjective.Classification(fixture.Model.Head.Outputs);
        float[] targets = number ? MemoryMarshal.Cast<byte, float>(fixture.Inputs.Bytes("labels")).ToArray() : [.. fixture.Int64("labels").cpu().data<long>()];
        Tensor loss = objective.LossSum(logits, targets, smoothing: 0) / targets.Length;
        fixture.Model.Backward(loss);

        CompareEncoder(folder, fixture, hidden_BSH);
        Compare(folder, "logits", logits);
        Compare(folder, "loss", loss);
        CompareGradients(folder, fixture.Model);
    }

    private static IEnumerable<object[]> Folders(string input, Func<FixtureModel, bool> wanted)
    {
        foreach (string folder in TestData.FixtureFolders("", "expected.safetensors"))
        {
            if (!File.Exists(TestData.Fixture(folder, "config.json")))
                continue;
            using var fixture = new FixtureModel(folder, Engine.Plain);
            if (fixture.Inputs.Contains(input) && wanted(fixture))
                yield return [folder];
        }
    }

    private static void CompareEncoder(string folder, FixtureModel fixture, Tensor hidden_BSH)
    {
        if (fixture.IsReferenceRepository)
            Compare(folder, "sequence_output", hidden_BSH);
        else
            Compare(folder, $"hidden_states.{fixture.Model.Config.Layers}", hidden_BSH);
        var plain = new PlainEncoder(fixture.Model.Config, fixture.Model.Parameters);
        EncoderInput batch = fixture.Batch();
        Tensor embedded = plain.Embed(batch, null);
        Compare(folder, fixture.IsReferenceRepository ? "embedding_output" : "hidden_states.0", embedded);
        if (fixture.Model.Config.NormPlacement == NormPlacement.PostLayerNorm)
            Compare(folder, "attentions.0", new PlainLayer(fixture.Model.Config, fixture.Model.Parameters, 0).Probabilities(embedded, PlainEncoder.AttentionMask(batch)));
    }

    private static void CompareGradients(string folder, BertModel model, double relative = Tolerance)
    {
        using SafeTensorsFile gradients = SafeTensorsFile.Open(TestData.Fixture(folder, "grads.safetensors"));
        var names = new ParameterNames(model.Config);
        Dictionary<string, string> storedNames = gradients.Entries.ToDictionary(entry => names.Canonical(entry.Name), entry => entry.Name);
        int compared = 0;
        foreach (ParameterSlot slot in model.Parameters.Slots)
        {
            float[] actual = [.. TensorMemory.Floats(model.Parameters.Gradient(slot.Name).cpu())];
            if (!storedNames.TryGetValue(slot.Name, out string? stored))
            {
                Assert.IsTrue(actual.All(value => value == 0), $"{folder}: {slot.Name} has a gradient, the reference gives it none");
                continue;
            }
            float[] expected = new float[actual.Length];
            gradients.CopyTo(stored, expected);
            double scale = slot.Name.EndsWith("key.bias", StringComparison.Ordinal) ? 0.1 : expected.Max(Math.Abs);
            AssertClose(folder, slot.Name + " gradient", expected, actual, scale * relative);
            compared++;
        }
        Assert.AreEqual(gradients.Entries.Count, compared, "every reference gradient must be compared");
    }

    private static void Compare(string folder, string name, Tensor actual, double relative = Tolerance)
    {
        using SafeTensorsFile file = SafeTensorsFile.Open(TestData.Fixture(folder, "expected.safetensors"));
        float[] expected = new float[file[name].ElementCount];
        file.CopyTo(name, expected);
        AssertClose(folder, name, expected, [.. actual.detach().cpu().contiguous().data<float>()], expected.Max(Math.Abs) * relative);
    }

    private static void AssertClose(string folder, string name, float[] expected, float[] actual, double tolerance)
    {
        Assert.AreEqual(expected.Length, actual.Length, $"{folder}: {name}");
        for (int i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], actual[i], tolerance, $"{folder}: {name}[{i}]");
    }
}
