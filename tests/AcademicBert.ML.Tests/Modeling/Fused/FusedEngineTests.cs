using AcademicBert.Modeling;
using AcademicBert.Modeling.Fused;
using static TorchSharp.torch;

namespace AcademicBert.Tests.Modeling;

[TestClass]
public sealed class FusedEngineTests
{
    private static readonly BertConfig s_small = new() { VocabularySize = 101, HiddenSize = 48, Layers = 3, Heads = 3, IntermediateSize = 80, MaxPositions = 40, InitializerRange = 0.1 };

    public static IEnumerable<object[]> Architectures =>
    [
        ["pre-LN", s_small],
        ["pre-LN with embedding norm", s_small with { EmbeddingLayerNorm = true }],
        ["post-LN", s_small with { NormPlacement = NormPlacement.PostLayerNorm, EmbeddingLayerNorm = true }],
        ["post-LN without embedding norm", s_small with { NormPlacement = NormPlacement.PostLayerNorm }],
        ["RMSNorm", s_small with { Norm = NormKind.RmsNorm, EmbeddingLayerNorm = true }],
        ["no output bias", s_small with { MlmOutputBias = false }],
        ["hidden 24, one layer", s_small with { HiddenSize = 24, Layers = 1, Heads = 2, IntermediateSize = 30 }],
        ["hidden 200, one head", s_small with { HiddenSize = 200, Layers = 1, Heads = 1 }],
        ["gated feed-forward", s_small with { GatedFeedForward = true }],
        ["gated feed-forward of odd width, post-LN", s_small with { GatedFeedForward = true, IntermediateSize = 27, NormPlacement = NormPlacement.PostLayerNorm }],
        ["attention dropout only", s_small with { HiddenDropout = 0, AttentionDropout = 0.3 }],
    ];

    [TestMethod]
    [DynamicData(nameof(Architectures))]
    public void AccumulateGradients_DropoutAndPadding_EqualsAutograd(string name, BertConfig config)
    {
        using BertModel plain = Engines.Create(Engine.Plain, config, HeadSpec.MaskedLanguageModel, 3), fused = Engines.Create(Engine.Fused, config, HeadSpec.MaskedLanguageModel, 3);
        foreach ((int batch, int length) in ((int, int)[])[(4, 17), (1, 40), (2, 1), (4, 17)])
        {
            using var scope = NewDisposeScope();
            (EncoderInput input, MaskedTargets targets) = Batch(batch, length);
            var dropout = new DropoutState(9, 4, FirstSample: 1000);
            plain.Parameters.ZeroGradients();
            fused.Parameters.ZeroGradients();
            double expected = plain.AccumulateGradients(input, targets, dropout), actual = fused.AccumulateGradients(input, targets, dropout);
            Assert.AreEqual(expected, actual, 1e-5 * expected, name);
            CompareGradients(plain, fused, 2e-5, name);
        }
    }

    [TestMethod]
    [DynamicData(nameof(Architectures))]
    public void Encode_WithAndWithoutGradients_EqualsThePlainEngine(string name, BertConfig config)
    {
        using BertModel plain = Engines.Create(Engine.Plain, config, HeadSpec.None, 3), fused = Engines.Create(Engine.Fused, config, HeadSpec.None, 3);
        using var scope = NewDisposeScope();
        (EncoderInput input, _) = Batch(3, 19);
        Compare(plain.Encode(input), fused.Encode(input), 2e-5, name);
        using IDisposable frozen = no_grad();
        Compare(plain.Encode(input), fused.Encode(input), 2e-5, name + ", without gradients");
    }

    [TestMethod]
    public void Backward_ClassifierOnTop_EqualsAutograd()
    {
        using BertModel plain = Engines.Create(Engine.Plain, s_small, HeadSpec.Classifier(3), 3), fused = Engines.Create(Engine.Fused, s_small, HeadSpec.Classifier(3), 3);
        using var scope = NewDisposeScope();
        (EncoderInput input, _) = Batch(4, 17);
        foreach (BertModel model in (BertModel[])[plain, fused])
        {
            model.Parameters.ZeroGradients();
            var dropout = new DropoutState(1, 2, 3);
            model.Backward(nn.functional.cross_entropy(model.Classify(model.Pool(model.Encode(input, dropout)), dropout), tensor(new long[] { 0, 2, 1, 1 })));
        }

        CompareGradients(plain, fused, 2e-5, "classifier");
    }

    [TestMethod]
    [DynamicData(nameof(Architectures))]
    public void AccumulateGradients_BFloat16_IsCloseToFp32(string name, BertConfig config)
    {
        using BertModel exact = Engines.Create(Engine.Plain, config, HeadSpec.MaskedLanguageModel, 3), fused = Engines.Create(Engine.Fused, config, HeadSpec.MaskedLanguageModel, 3, ComputePrecision.BFloat16);
        using var scope = NewDisposeScope();
        (EncoderInput input, MaskedTargets targets) = Batch(4, 17);
        exact.Parameters.ZeroGradients();
        fused.Parameters.ZeroGradients();
        var dropout = new DropoutState(9, 4, FirstSample: 1000);
        double expected = exact.AccumulateGradients(input, targets, dropout);
        Assert.AreEqual(expected, fused.AccumulateGradients(input, targets, dropout), 5e-3 * expected, name);
        double difference = (exact.Parameters.Gradients - fused.Parameters.Gradients).norm().item<float>() / exact.Parameters.Gradients.norm().item<float>();
        Assert.IsLessThan(0.03, difference, name);
    }

    [TestMethod]
    public void Backward_ClassifierInBFloat16_IsCloseToFp32()
    {
        using BertModel exact = Engines.Create(Engine.Plain, s_small, HeadSpec.Classifier(3), 3), fused = Engines.Create(Engine.Fused, s_small, HeadSpec.Classifier(3), 3, ComputePrecision.BFloat16);
        using var scope = NewDisposeScope();
        (EncoderInput input, _) = Batch(4, 17);
        foreach (BertModel model in (BertModel[])[exact, fused])
        {
            model.Parameters.ZeroGradients();
            model.Backward(nn.functional.cross_entropy(model.Classify(model.Pool(model.Encode(input))), tensor(new long[] { 0, 2, 1, 1 })));
        }

        double difference = (exact.Parameters.Gradients - fused.Parameters.Gradients).norm().item<float>() / exact.Parameters.Gradients.norm().item<float>();
        Assert.IsLessThan(0.03, difference);
    }

    [TestMethod]
    public void AccumulateGradients_MicroBatches_AddUpToTheWholeBatch()
    {
        using BertModel model = Engines.Create(Engine.Fused, s_small, HeadSpec.MaskedLanguageModel, 3);
        using var scope = NewDisposeScope();
        (EncoderInput input, MaskedTargets targets) = Batch(4, 16, padded: false);
        model.Parameters.ZeroGradients();
        double whole = model.AccumulateGradients(input, targets, new DropoutState(1, 2, 10));
        Tensor expected = model.Parameters.Gradients.clone();
        model.Parameters.ZeroGradients();
        double parts = 0;
        for (int row = 0; row < 4; row++)
        {
            Tensor mine = targets.Positions_N.div(16, RoundingMode.floor).eq(row);
            var part = new MaskedTargets(targets.Positions_N[mine] - row * 16, targets.Ids_N[mine]);
            parts += model.AccumulateGradients(new EncoderInput(input.InputIds.narrow(0, row, 1), input.TokenTypes!.narrow(0, row, 1)), part, new DropoutState(1, 2, 10 + row));
        }

        Assert.AreEqual(whole, parts, 1e-5 * whole);
        Assert.IsLessThan(1e-5 * expected.abs().max().item<float>(), (expected - model.Parameters.Gradients).abs().max().item<float>());
    }

    [TestMethod]
    public void AccumulateGradients_SameBatchTwice_GivesTheSameBits()
    {
        using BertModel model = Engines.Create(Engine.Fused, s_small with { HiddenSize = 96 }, HeadSpec.MaskedLanguageModel, 3, ComputePrecision.BFloat16);
        using var scope = NewDisposeScope();
        (EncoderInput input, MaskedTargets targets) = Batch(8, 40);
        float[][] gradients = [.. Enumerable.Range(0, 3).Select(_ =>
        {
            model.Parameters.ZeroGradients();
            model.AccumulateGradients(input, targets, new DropoutState(1, 2, 10));
            return model.Parameters.Gradients.data<float>().ToArray();
        })];
        Assert.AreSequenceEqual(gradients[0], gradients[1]);
        Assert.AreSequenceEqual(gradients[0], gradients[2]);
    }

    [TestMethod]
    public void AccumulateGradients_ManySteps_LeaveNoTensorBehind()
    {
        using BertModel model = Engines.Create(Engine.Fused, s_small, HeadSpec.MaskedLanguageModel, 3);
        using var scope = NewDisposeScope();
        (EncoderInput input, MaskedTargets targets) = Batch(4, 16);
        model.AccumulateGradients(input, targets, new DropoutState(1, 0, 10));
        long before = Tensor.TotalCount;
        for (uint step = 1; step < 50; step++)
            model.AccumulateGradients(input, targets, new DropoutState(1, step, 10));
        // Tensors of other tests may be finalized meanwhile: not equal, but not one more for each step.
        Assert.IsLessThan(before + 49, Tensor.TotalCount);
    }

    [TestMethod]
    [DataRow(ComputePrecision.Float32)]
    [DataRow(ComputePrecision.BFloat16)]
    public void AccumulateGradients_AfterMoreMaskedTokens_GivesTheBitsOfAFreshModel(ComputePrecision precision)
    {
        using var scope = NewDisposeScope();
        (EncoderInput input, MaskedTargets targets) = Batch(8, 40);
        float[] fresh = Gradients(0), after = Gradients((int)targets.Ids_N.numel());
        Assert.AreSequenceEqual(fresh, after);

        float[] Gradients(int before)
        {
            using BertModel model = Engines.Create(Engine.Fused, s_small, HeadSpec.MaskedLanguageModel, 3, precision);
            if (before > 0)
                model.AccumulateGradients(input, targets, new DropoutState(1, 1, 10));
            model.Parameters.ZeroGradients();
            model.AccumulateGradients(input, First(targets, 19), new DropoutState(1, 2, 10));
            return model.Parameters.Gradients.data<float>().ToArray();
        }
    }

    [TestMethod]
    public void AccumulateGradients_EveryNumberOfMaskedTokens_KeepsProductsOfAFew()
    {
        using BertModel model = Engines.Create(Engine.Fused, s_small, HeadSpec.MaskedLanguageModel, 3);
        using var scope = NewDisposeScope();
        (EncoderInput input, MaskedTargets targets) = Batch(8, 40);
        long most = targets.Ids_N.numel();
        model.AccumulateGradients(input, targets, new DropoutState(1, 0, 10));
        long before = Tensor.TotalCount;
        for (long count = 1; count < most; count++)
        {
            using var step = NewDisposeScope();
            model.AccumulateGradients(input, First(targets, count), new DropoutState(1, (uint)count, 10));
        }

        // A number of masked tokens has eight views, where it has its own.
        Assert.IsLessThan(before + 4 * most, Tensor.TotalCount);
    }

    [TestMethod]
    public unsafe void AccumulateGradients_ArraysOnTheHost_EqualTensorsAndAllocateNextToNothing()
    {
        using BertModel model = Engines.Create(Engine.Fused, s_small, HeadSpec.MaskedLanguageModel, 3);
        using var scope = NewDisposeScope();
        (EncoderInput input, MaskedTargets targets) = Batch(4, 17);
        int[] ids = Pinned(input.InputIds), lengths = Pinned(input.Lengths!), positions = Pinned(targets.Positions_N), words = Pinned(targets.Ids_N);
        var batch = new HostBatch { Rows = 4, Length = 17, Ids = At(ids), Lengths = At(lengths), Positions = At(positions), Targets = At(words), MaskedCount = positions.Length };
        model.Parameters.ZeroGradients();
        double expected = model.AccumulateGradients(input with { TokenTypes = null }, targets, new DropoutState(1, 0, 10));
        float[] gradients = model.Parameters.Gradients.data<float>().ToArray();
        model.Parameters.ZeroGradients();
        model.AccumulateGradients(batch, new DropoutState(1, 0, 10));
        Assert.AreEqual(expected, model.TakeLossSum());
        Assert.AreSequenceEqual(gradients, model.Parameters.Gradients.data<float>().ToArray());

        (long tensors, long bytes) = (Tensor.TotalCount, GC.GetAllocatedBytesForCurrentThread());
        for (uint step = 1; step <= 10; step++)
            model.AccumulateGradients(batch, new DropoutState(1, step, 10));
        Assert.IsLessThan(tensors + 10, Tensor.TotalCount);
        Assert.IsLessThan(64L << 10, (GC.GetAllocatedBytesForCurrentThread() - bytes) / 10, "managed bytes a step");

        static int[] Pinned(Tensor values)
        {
            long[] source = values.data<long>().ToArray();
            int[] array = GC.AllocateArray<int>(source.Length, pinned: true);
            for (int i = 0; i < source.Length; i++)
                array[i] = (int)source[i];
            return array;
        }

        static nint At(int[] array) => (nint)System.Runtime.CompilerServices.Unsafe.AsPointer(ref array[0]);
    }

    [TestMethod]
    public void Backward_NothingEncoded_Throws()
    {
        using BertModel model = Engines.Create(Engine.Fused, s_small, HeadSpec.None, 3);
        Assert.ThrowsExactly<InvalidOperationException>(() => model.Encoder.Backward());
    }

    [TestMethod]
    public void Create_OtherActivation_UsesThePlainEngine()
    {
        using BertModel model = Engines.Create(Engine.Fused, s_small with { Activation = Activation.Relu }, HeadSpec.None, 3);
        Assert.IsInstanceOfType<PlainEncoder>(model.Encoder);
        Assert.Contains("BFloat16", Assert.ThrowsExactly<ArgumentException>(() => Engines.Create(Engine.Plain, s_small, HeadSpec.None, 3, ComputePrecision.BFloat16)).Message);
    }

    [TestMethod]
    public void Create_UnknownMode_NamesTheVariableAndItsValues()
    {
        string? before = Environment.GetEnvironmentVariable(KernelSelection.Variable);
        try
        {
            Environment.SetEnvironmentVariable(KernelSelection.Variable, "sometimes");
            string message = Assert.ThrowsExactly<InvalidOperationException>(() => BertModel.Create(s_small, HeadSpec.None, 3)).Message;
            Assert.Contains(KernelSelection.Variable, message);
            Assert.Contains("require", message);
        }
        finally
        {
            Environment.SetEnvironmentVariable(KernelSelection.Variable, before);
        }
    }

    private static MaskedTargets First(MaskedTargets targets, long count) => new(targets.Positions_N.narrow(0, 0, count), targets.Ids_N.narrow(0, 0, count));

    private static (EncoderInput Input, MaskedTargets Targets) Batch(int batch, int length, bool padded = true)
    {
        var random = new Random(batch * 100 + length);
        long[] lengths = [.. Enumerable.Range(0, batch).Select(row => padded && row % 2 == 1 ? Math.Max(1, length / 2L) : length)];
        long[] ids = [.. Enumerable.Range(0, batch * length).Select(i => i % length < lengths[i / length] ? random.NextInt64(5, 101) : 0)];
        long[] types = [.. Enumerable.Range(0, batch * length).Select(i => i % length >= lengths[i / length] / 2 ? 1L : 0)];
        long[] positions = [.. Enumerable.Range(0, batch * length).Where(i => i % length < lengths[i / length] && i % 3 == 0).Select(i => (long)i)];
        return (
            new EncoderInput(tensor(ids).view(batch, length), tensor(types).view(batch, length), padded ? tensor(lengths) : null),
            new MaskedTargets(tensor(positions), tensor(positions.Select(_ => random.NextInt64(5, 101)).ToArray())));
    }

    private static void CompareGradients(BertModel expected, BertModel actual, double tolerance, string name)
    {
        foreach (ParameterSlot slot in expected.Parameters.Slots)
        {
            // Key biases have no gradient in exact arithmetic: only the queries' size says what is small.
            string yardstick = slot.Name.Replace("key.bias", "query.bias", StringComparison.Ordinal);
            Compare(expected.Parameters.Gradient(slot.Name), actual.Parameters.Gradient(slot.Name), tolerance, $"{name}: {slot.Name}", expected.Parameters.Gradient(yardstick));
        }
    }

    private static void Compare(Tensor expected, Tensor actual, double tolerance, string name, Tensor? yardstick = null)
    {
        double scale = (yardstick ?? expected).abs().max().item<float>();
        double difference = (expected - actual).abs().max().item<float>();
        Assert.IsTrue(difference <= tolerance * scale + 1e-7, $"{name}: differs by {difference:E2}, the largest value is {scale:E2}");
    }
}
