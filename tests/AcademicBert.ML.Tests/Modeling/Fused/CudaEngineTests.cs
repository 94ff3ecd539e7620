using AcademicBert.CudaEmulator;
using AcademicBert.Distributed;
using AcademicBert.Modeling;
using AcademicBert.Modeling.Fused;
using AcademicBert.Native;
using AcademicBert.Native.Cuda;
using AcademicBert.Optimization;
using static TorchSharp.torch;

namespace AcademicBert.Tests.Modeling;

/// <summary>The engine as it runs on a GPU, but with the emulator's kernels and libtorch's matrix products on the CPU.</summary>
[TestClass]
public sealed class CudaEngineTests
{
    private static readonly BertConfig s_small = new() { VocabularySize = 61, HiddenSize = 48, Layers = 2, Heads = 3, IntermediateSize = 80, MaxPositions = 20, InitializerRange = 0.1 };

    public static IEnumerable<object[]> Architectures =>
    [
        ["pre-LN", s_small],
        ["post-LN with embedding norm", s_small with { NormPlacement = NormPlacement.PostLayerNorm, EmbeddingLayerNorm = true }],
        ["gated feed-forward", s_small with { GatedFeedForward = true, IntermediateSize = 54 }],
        ["RMSNorm, no output bias, odd sizes", s_small with { Norm = NormKind.RmsNorm, HiddenSize = 42, IntermediateSize = 30, MlmOutputBias = false }],
    ];

    [TestMethod]
    [DynamicData(nameof(Architectures))]
    public void AccumulateGradients_DropoutAndPadding_EqualsAutograd(string name, BertConfig config)
    {
        using BertModel plain = Engines.Create(Engine.Plain, config, HeadSpec.MaskedLanguageModel, 3), cuda = Engines.Create(Engine.Emulated, config, HeadSpec.MaskedLanguageModel, 3);
        using var scope = NewDisposeScope();
        (double expected, double actual) = (Train(plain, 3), Train(cuda, 3));
        Assert.AreEqual(expected, actual, 1e-5 * expected, name);
        Compare(plain, cuda, 2e-5, name);
    }

    [TestMethod]
    [DataRow(ComputePrecision.BFloat16, 3, 0.03)]
    [DataRow(ComputePrecision.Float16, 3, 5e-3)]
    [DataRow(ComputePrecision.BFloat16, 1, 0.03)]
    [DataRow(ComputePrecision.Float16, 1, 5e-3)]
    public void AccumulateGradients_LowPrecision_IsCloseToFp32(ComputePrecision precision, int heads, double tolerance)
    {
        // A head of 64 goes through attention in one pass.
        BertConfig config = s_small with { Heads = heads, HiddenSize = heads == 1 ? 64 : 48 };
        using BertModel exact = Engines.Create(Engine.Plain, config, HeadSpec.MaskedLanguageModel, 3), cuda = Engines.Create(Engine.Emulated, config, HeadSpec.MaskedLanguageModel, 3, precision);
        using var scope = NewDisposeScope();
        cuda.Parameters.LossScale.Expect(100);
        (double expected, double actual) = (Train(exact, 3), Train(cuda, 3));
        Assert.AreEqual(expected, actual, 5e-3 * expected);
        Assert.AreEqual(precision == ComputePrecision.Float16 ? LossScale.Start / 128 : 1, cuda.Parameters.LossScale.Factor);
        Tensor gradients = cuda.Parameters.Gradients / cuda.Parameters.LossScale.Factor;
        Assert.IsLessThan(tolerance, (exact.Parameters.Gradients - gradients).norm().item<float>() / exact.Parameters.Gradients.norm().item<float>());
    }

    [TestMethod]
    public unsafe void AccumulateGradients_HostBatches_EqualTensorsAndNothingWaits()
    {
        using BertModel tensors = Engines.Create(Engine.Emulated, s_small, HeadSpec.MaskedLanguageModel, 3), arrays = Engines.Create(Engine.Emulated, s_small, HeadSpec.MaskedLanguageModel, 3);
        using var scope = NewDisposeScope();
        double expected = Train(tensors, 3) + Train(tensors, 2, clears: false) + Train(tensors, 3, clears: false) + Train(tensors, 3, clears: false);
        var device = (EmulatedDevice)((CudaKernels)arrays.Parameters.Kernels!).Device;
        arrays.Parameters.ZeroGradients();
        long waits = device.Waits;
        foreach (int rows in (int[])[3, 2, 3, 3])
        {
            // The arrays are overwritten after each call, as a loader's are.
            int[] ids = Ids(rows), lengths = [20, 9, 12], positions = Positions(rows), targets = Targets(rows);
            fixed (int* i = ids, l = lengths, p = positions, t = targets)
                arrays.AccumulateGradients(new HostBatch { Rows = rows, Length = 20, Ids = (nint)i, Lengths = (nint)l, Positions = (nint)p, Targets = (nint)t, MaskedCount = positions.Length }, new DropoutState(9, 4, 1000));
        }

        Assert.AreEqual(waits, device.Waits, "a micro-batch must not wait for the device");
        Assert.AreEqual(expected, arrays.TakeLossSum(), 1e-9);
        Assert.AreEqual(0, arrays.TakeLossSum(), "a loss is taken once");
        Assert.AreEqual(0, (tensors.Parameters.Gradients - arrays.Parameters.Gradients).abs().max().item<float>());
    }

    [TestMethod]
    [DataRow(Engine.Fused)]
    [DataRow(Engine.Emulated)]
    public void AccumulateGradients_Recomputing_GivesTheSameBitsInLessMemory(Engine engine)
    {
        using BertModel keeps = Engines.Create(engine, s_small, HeadSpec.MaskedLanguageModel, 3), recomputes = Engines.Create(engine, s_small, HeadSpec.MaskedLanguageModel, 3, recomputes: true);
        using var scope = NewDisposeScope();
        Assert.AreEqual(Train(keeps, 3), Train(recomputes, 3));
        Assert.AreEqual(0, (keeps.Parameters.Gradients - recomputes.Parameters.Gradients).abs().max().item<float>());
        Assert.IsLessThan(keeps.BytesFor(32, 20, 0.15)!.Value, recomputes.BytesFor(32, 20, 0.15)!.Value);
    }

    [TestMethod]
    public void Backward_ClassifierWithSegments_EqualsAutograd()
    {
        using BertModel plain = Engines.Create(Engine.Plain, s_small, HeadSpec.Classifier(3), 3), cuda = Engines.Create(Engine.Emulated, s_small, HeadSpec.Classifier(3), 3);
        using var scope = NewDisposeScope();
        foreach (BertModel model in (BertModel[])[plain, cuda])
        {
            model.Parameters.ZeroGradients();
            Tensor types = tensor(Enumerable.Range(0, 60).Select(i => i % 20 > 8 ? 1L : 0L).ToArray()).view(3, 20);
            model.Backward(nn.functional.cross_entropy(model.Classify(model.Pool(model.Encode(new EncoderInput(Input(3).InputIds, types), new DropoutState(1, 2, 3)))), tensor(new long[] { 0, 2, 1 })));
        }

        Compare(plain, cuda, 2e-5, "classifier");
    }

    [TestMethod]
    [DataRow(AdamWVariant.Decoupled)]
    [DataRow(AdamWVariant.Adam)]
    [DataRow(AdamWVariant.OriginalBert)]
    [DataRow(AdamWVariant.Lamb)]
    public void Step_CudaKernels_EqualTheHost(AdamWVariant variant)
    {
        using BertModel host = Engines.Create(Engine.Fused, s_small, HeadSpec.MaskedLanguageModel, 3), cuda = Engines.Create(Engine.Emulated, s_small, HeadSpec.MaskedLanguageModel, 3);
        var options = new AdamWOptions { Variant = variant, WeightDecay = 0.1, MaxGradientNorm = 1 };
        using AdamW one = new(host.Parameters, options), other = new(cuda.Parameters, options);
        using var scope = NewDisposeScope();
        using IDisposable frozen = no_grad();
        for (int step = 0; step < 3; step++)
        {
            Tensor gradient = randn_like(host.Parameters.Gradients);
            host.Parameters.Gradients.copy_(gradient);
            cuda.Parameters.Gradients.copy_(gradient);
            OptimizerStep expected = one.Step(1e-3), actual = other.Step(1e-3);
            Assert.AreEqual(expected.GradientNorm, actual.GradientNorm, 1e-5 * expected.GradientNorm);
        }

        foreach (ParameterSlot slot in host.Parameters.Slots)
            Assert.AreEqual(0, (host.Parameters[slot.Name] - cuda.Parameters[slot.Name]).abs().max().item<float>(), 1e-6, slot.Name);
    }

    [TestMethod]
    [DataRow(2)]
    [DataRow(3)]
    public void Apply_PartsOfRanks_EqualTheWhole(int ranks)
    {
        using BertModel whole = Engines.Create(Engine.Emulated, s_small, HeadSpec.MaskedLanguageModel, 3), shared = Engines.Create(Engine.Emulated, s_small, HeadSpec.MaskedLanguageModel, 3);
        var options = new AdamWOptions { WeightDecay = 0.1, MaxGradientNorm = 1 };
        var parts = new RankParts(shared.Parameters.UsedLength, ranks, chunkBytes: 1);
        using AdamW one = new(whole.Parameters, options);
        AdamW[] owners = [.. Enumerable.Range(0, ranks).Select(_ => new AdamW(shared.Parameters, options, parts.OwnedLength, CPU))];
        using var scope = NewDisposeScope();
        using IDisposable frozen = no_grad();
        for (int step = 0; step < 3; step++)
        {
            Tensor gradient = zeros_like(whole.Parameters.Gradients);
            gradient.narrow(0, 0, whole.Parameters.UsedLength).normal_();
            whole.Parameters.Gradients.copy_(gradient);
            shared.Parameters.Gradients.copy_(gradient);
            double norm = one.Step(1e-3).GradientNorm, squares = 0;
            for (int rank = 0; rank < ranks; rank++)
            {
                AdamWUpdate update = owners[rank].Begin(1e-3, 1, norm);
                for (int chunk = 0; chunk < parts.Chunks; chunk++)
                {
                    squares += owners[rank].SquaredGradients(parts.PartBegin(chunk, rank), parts.PartLength(chunk));
                    owners[rank].Apply(update, parts.PartBegin(chunk, rank), parts.PartLength(chunk), parts.OwnedBegin(chunk));
                }
            }

            Assert.AreEqual(norm, Math.Sqrt(squares), 1e-9 * norm);
        }

        foreach (ParameterSlot slot in whole.Parameters.Slots)
            Assert.AreSequenceEqual(whole.Parameters.ToArray(slot), shared.Parameters.ToArray(slot), message: slot.Name);
        Assert.ThrowsExactly<ArgumentException>(() => one.Apply(one.Begin(1e-3, 1, 1), 8, 16, 8), "a byte says of sixteen parameters whether they decay");
        foreach (AdamW owner in owners)
            owner.Dispose();
    }

    [TestMethod]
    public void Step_OverflowInFloat16_HalvesTheScaleAndCountsNoStep()
    {
        using BertModel model = Engines.Create(Engine.Emulated, s_small, HeadSpec.MaskedLanguageModel, 3, ComputePrecision.Float16);
        using var optimizer = new AdamW(model.Parameters, new AdamWOptions());
        using var scope = NewDisposeScope();
        using IDisposable frozen = no_grad();
        Tensor before = model.Parameters.Values.clone();
        model.Parameters.Gradients.fill_(float.PositiveInfinity);
        OptimizerStep step = optimizer.Step(1e-3);
        Assert.IsFalse(step.Applied);
        Assert.IsTrue(step.Overflowed);
        Assert.AreEqual(0, optimizer.Steps);
        Assert.AreEqual(LossScale.Start / 2, model.Parameters.LossScale.Value);
        Assert.AreEqual(0, (before - model.Parameters.Values).abs().max().item<float>());
    }

    [TestMethod]
    public void Difference_WorkingKernels_IsNone()
    {
        CudaKernels kernels = Engines.Emulated();
        Assert.IsNull(KernelSelfCheck.Difference(kernels, CPU));
    }

    [TestMethod]
    [DataRow("word_edges_kernel", "Float32")]
    [DataRow("attention_softmax_backward_f32", "Float32")]
    [DataRow("partial_sum_kernel", "Float32")]
    [DataRow("fused_attention_backward_bf16", "BFloat16")]
    [DataRow("cross_entropy_f16", "Float16")]
    public void Difference_KernelThatDoesNothing_IsFound(string kernel, string type)
    {
        ICudaDevice device = Engines.Emulated().Device;
        string? difference = KernelSelfCheck.Difference(new CudaKernels(new FaultyDevice(device, kernel)), CPU);
        Assert.IsNotNull(difference);
        Assert.Contains($"in {type}", difference);
    }

    private static double Train(BertModel model, int rows, bool clears = true)
    {
        if (clears)
            model.Parameters.ZeroGradients();
        return model.AccumulateGradients(
            Input(rows), new MaskedTargets(tensor(Positions(rows).Select(i => (long)i).ToArray()), tensor(Targets(rows).Select(i => (long)i).ToArray())), new DropoutState(9, 4, 1000));
    }

    private static EncoderInput Input(int rows) =>
        new(tensor(Ids(rows).Select(id => (long)id).ToArray()).view(rows, 20), Lengths: tensor(new long[] { 20, 9, 12 }.AsSpan(0, rows).ToArray()));

    private static int[] Ids(int rows) => [.. Enumerable.Range(0, rows * 20).Select(i => i % 2 == 0 ? 4 : 5 + i * 7 % 56)];

    private static int[] Positions(int rows) => [.. Enumerable.Range(0, 4 * rows).Select(i => i * 5)];

    private static int[] Targets(int rows) => [.. Enumerable.Range(0, 4 * rows).Select(i => 5 + i * 11 % 56)];

    private static void Compare(BertModel expected, BertModel actual, double tolerance, string name)
    {
        double largest = expected.Parameters.Gradients.abs().max().item<float>();
        foreach (ParameterSlot slot in expected.Parameters.Slots)
            Assert.AreEqual(0, (expected.Parameters.Gradient(slot.Name) - actual.Parameters.Gradient(slot.Name)).abs().max().item<float>(), tolerance * largest, $"{name}: {slot.Name}");
    }
}
