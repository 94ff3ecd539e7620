using System.Runtime.InteropServices;
using AcademicBert.Modeling;
using AcademicBert.Modeling.Fused;
using AcademicBert.Native.Cpu;
using AcademicBert.Tensors;
using static TorchSharp.torch;

namespace AcademicBert.Tests.Modeling.Fused;

[TestClass]
public sealed class PackedWeightsTests
{
    private static readonly BertConfig s_config = new()
    {
        VocabularySize = 40, HiddenSize = 16, Layers = 2, Heads = 2, IntermediateSize = 32, MaxPositions = 12, NormPlacement = NormPlacement.PostLayerNorm, EmbeddingLayerNorm = true, InitializerRange = 0.3,
    };

    [TestMethod]
    [DataRow(ScalarType.Float32)]
    [DataRow(ScalarType.BFloat16)]
    public void Of_PackagedLibTorchForIntelProcessors_PacksTheMatricesOfPublishedModels(ScalarType type)
    {
        RequirePacking(type);
        foreach ((int n, int k) in ((int, int)[])[(768, 768), (2304, 768), (3072, 768), (768, 3072), (1024, 1024)])
        {
            using Tensor weight_NK = zeros(n, k, dtype: type);
            using PackedMatrix? packed = PackedMatrix.Of(weight_NK);
            Assert.IsNotNull(packed, $"{n}×{k}");
        }
    }

    [TestMethod]
    [DataRow(1, 1, 1, ScalarType.Float32, 1e-4)]
    [DataRow(1, 3072, 768, ScalarType.Float32, 1e-4)]
    [DataRow(26, 48, 16, ScalarType.Float32, 1e-4)]
    [DataRow(5, 96, 32, ScalarType.Float32, 1e-4)]
    [DataRow(513, 256, 1024, ScalarType.Float32, 1e-4)]
    [DataRow(1, 3072, 768, ScalarType.BFloat16, 2e-2)]
    [DataRow(26, 48, 16, ScalarType.BFloat16, 2e-2)]
    [DataRow(513, 256, 1024, ScalarType.BFloat16, 2e-2)]
    public void Multiply_AnyShape_GivesThePlainProductOrIsNotUsed(int rows, int outputs, int inputs, ScalarType type, double tolerance)
    {
        RequirePacking(type);
        using var scope = NewDisposeScope();
        Tensor weight_NK = randn(outputs, inputs).to(type), x_RK = randn(rows, inputs).to(type);
        using PackedMatrix? packed = PackedMatrix.Of(weight_NK);
        if (packed is null)
        {
            Assert.AreNotEqual(0, outputs % 64, "oneDNN is known to be wrong for other matrices only");
            return;
        }

        Tensor product_RN = packed.Multiply(x_RK);
        Assert.AreSequenceEqual(new long[] { rows, outputs }, product_RN.shape);
        Assert.IsTrue(product_RN.is_contiguous());
        Assert.IsTrue(product_RN.allclose(x_RK.mm(weight_NK.t()), tolerance, tolerance));
    }

    [TestMethod]
    [DataRow(ScalarType.Float32)]
    [DataRow(ScalarType.BFloat16)]
    public void Holds_MatrixWithAnotherLastRow_IsSeen(ScalarType type)
    {
        RequirePacking(type);
        using var scope = NewDisposeScope();
        Tensor weight_NK = randn(64, 40).to(type), other_NK = weight_NK.clone();
        other_NK[63] = other_NK[62];
        using PackedMatrix packed = PackedMatrix.Of(weight_NK)!;
        Assert.IsTrue(packed.Holds(weight_NK));
        Assert.IsFalse(packed.Holds(other_NK));
    }

    [TestMethod]
    public void Of_MatrixThatOneDnnDoesNotTake_IsNone()
    {
        using Tensor weights = arange(6).view(2, 3);
        Assert.IsNull(PackedMatrix.Of(weights));
    }

    [TestMethod]
    public void Outputs_ModelThatIsOnlyUsed_AreThoseOfOneThatTrains()
    {
        using BertModel trains = Engines.Create(Engine.Fused, s_config, HeadSpec.Classifier(3), seed: 5), used = Used(trains);
        AssertSame(trains, used);
    }

    [TestMethod]
    public void Outputs_ParametersThatChangeAfterABatch_AreThoseOfTheNewOnes()
    {
        using BertModel trains = Engines.Create(Engine.Fused, s_config, HeadSpec.Classifier(3), seed: 5), used = Used(trains);
        AssertSame(trains, used);
        using (no_grad())
        {
            trains.Parameters.Values.mul_(0.5f);
            used.Parameters.Values.copy_(trains.Parameters.Values);
        }

        used.Parameters.Changed();
        AssertSame(trains, used);
    }

    [TestMethod]
    [DataRow(true, ComputePrecision.Float32, false)]
    [DataRow(true, ComputePrecision.BFloat16, false)]
    [DataRow(false, ComputePrecision.BFloat16, true)]
    [DataRow(false, ComputePrecision.Float32, true)]
    public void Multiply_Model_PacksOnlyWhereItIsUsed(bool trains, ComputePrecision precision, bool packs)
    {
        RequirePacking(precision == ComputePrecision.BFloat16 ? ScalarType.BFloat16 : ScalarType.Float32);
        using BertModel trained = Engines.Create(Engine.Fused, s_config, HeadSpec.Classifier(3), seed: 5, precision), model = trains ? trained : Used(trained, precision);
        FlatParameters parameters = model.Parameters;
        using var compute = new ComputeParameters(parameters, parameters.Kernels!, model.ComputeType);
        compute.Refresh();
        using var scratch = new AcademicBert.Modeling.Fused.Buffer(model.ComputeType, CPU);
        using var matrix = new WeightMatrix(compute, parameters.Kernels!, scratch, ParameterNames.Weight(ParameterNames.AttentionOutput(0)), 16, 16);
        using var scope = NewDisposeScope();
        using IDisposable frozen = no_grad();
        Tensor x_RK = randn(4, 16).to(ComputeTypes.ScalarTypeOf(model.ComputeType)), y_RN = empty(4, 16, dtype: x_RK.dtype);
        using Product product = matrix.Multiply(x_RK, y_RN);
        Assert.AreEqual(packs, product.Address != TensorMemory.Pointer(y_RN));
    }

    [TestMethod]
    public void Outputs_AThousandBatches_LeaveNoTensorBehind()
    {
        using BertModel trains = Engines.Create(Engine.Fused, s_config, HeadSpec.Classifier(3), seed: 5), used = Used(trains);
        using IDisposable frozen = no_grad();
        Score();
        long living = Tensor.TotalCount;
        for (int batch = 0; batch < 1000; batch++)
            Score();
        // Tensors of other tests may be finalized meanwhile: not equal, but not one more for each batch.
        Assert.IsLessThan(living + 1000, Tensor.TotalCount);

        void Score()
        {
            using var scope = NewDisposeScope();
            used.Outputs(new EncoderInput(arange(20).view(2, 10) + 5));
        }
    }

    private static void RequirePacking(ScalarType type = ScalarType.Float32)
    {
        if (RuntimeInformation.ProcessArchitecture != Architecture.X64)
            Assert.Inconclusive("Skipped: libtorch has oneDNN for Intel's and AMD's processors.");
        if (type == ScalarType.BFloat16 && !CpuKernels.HasFastBFloat16)
            Assert.Inconclusive("Skipped: this processor has no bf16.");
    }

    private static BertModel Used(BertModel model, ComputePrecision precision = ComputePrecision.Float32)
    {
        BertModel copy = BertModel.Allocate(model.Config, model.Head, precision: precision);
        using (no_grad())
            copy.Parameters.Values.copy_(model.Parameters.Values);
        copy.Parameters.Changed();
        return copy;
    }

    private static void AssertSame(BertModel expected, BertModel actual)
    {
        using var scope = NewDisposeScope();
        using IDisposable frozen = no_grad();
        foreach ((int rows, int length) in ((int, int)[])[(5, 9), (1, 12), (3, 1)])
        {
            var input = new EncoderInput(arange(rows * length).reshape(rows, length).remainder(35) + 5, null, tensor([.. Enumerable.Range(0, rows).Select(row => (long)Math.Max(1, length - row))]));
            float[] outputs = [.. expected.Outputs(input).data<float>()], packed = [.. actual.Outputs(input).data<float>()];
            for (int i = 0; i < outputs.Length; i++)
                Assert.AreEqual(outputs[i], packed[i], 1e-5, $"{rows}×{length}, output {i}");
        }
    }
}
