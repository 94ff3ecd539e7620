using AcademicBert.Native;
using AcademicBert.Native.Cuda;
using static TorchSharp.torch;

namespace AcademicBert.Modeling.Fused;

/// <summary>
/// Compares the kernels of a device with libtorch's operations on the CPU, once, before anything relies on them: a small network with
/// dropout and padding goes forward and backward in both, which takes every kernel of a training step.
/// </summary>
internal static class KernelSelfCheck
{
    private const int Batch = 3, Length = 21;

    private static readonly BertConfig s_config = new()
    {
        VocabularySize = 101, HiddenSize = 128, Layers = 2, Heads = 2, IntermediateSize = 264, GatedFeedForward = true, MaxPositions = 24, EmbeddingLayerNorm = true, InitializerRange = 0.1,
    };

    /// <summary>What differs; null if nothing does.</summary>
    /// <param name="kernels">The kernels.</param>
    /// <param name="device">Their device.</param>
    public static string? Difference(CudaKernels kernels, Device device)
    {
        using BertModel plain = BertModel.CreatePlain(s_config, HeadSpec.MaskedLanguageModel, seed: 1);
        using var scope = NewDisposeScope();
        double loss = Train(plain);
        foreach (ElementType type in Enum.GetValues<ElementType>())
        {
            // GPUs before Ampere multiply no bf16.
            if (type == ElementType.BFloat16 && kernels.Device.Capability < 80)
                continue;
            using BertModel fused = BertModel.Create(s_config, HeadSpec.MaskedLanguageModel, seed: 1, device, Precision(type), recomputes: false, kernels);
            fused.Parameters.LossScale.Expect(LossScale.Start / 64);
            double other = Train(fused), scale = fused.Parameters.LossScale.Factor, tolerance = type == ElementType.Float32 ? 1e-3 : 4e-2;
            if (!(Math.Abs(other - loss) <= tolerance * loss))
                return $"in {type} the loss is {other} instead of {loss}";
            foreach (ParameterSlot slot in plain.Parameters.Slots)
            {
                // A key's bias changes no probability: its gradient is rounding.
                if (slot.Name.EndsWith("key.bias", StringComparison.Ordinal))
                    continue;
                Tensor expected = plain.Parameters.Gradient(slot.Name), actual = fused.Parameters.Gradient(slot.Name).cpu() / scale;
                double difference = (expected - actual).norm().item<float>() / (expected.norm().item<float>() + 1e-6);
                if (!(difference <= tolerance))
                    return $"in {type} the gradient of {slot.Name} is {difference:P1} off";
            }
        }

        return null;
    }

    private static ComputePrecision Precision(ElementType type) => type switch
    {
        ElementType.Float32 => ComputePrecision.Float32,
        ElementType.BFloat16 => ComputePrecision.BFloat16,
        _ => ComputePrecision.Float16,
    };

    private static double Train(BertModel model)
    {
        // Most tokens are of one word, so that its rows fill more than one piece of the sorted order.
        long[] ids = [.. Enumerable.Range(0, Batch * Length).Select(i => i % 3 != 0 ? 4L : 5 + i * 37 % 96)], positions = [.. Enumerable.Range(0, 9).Select(i => i * 5L)];
        Tensor input = tensor(ids).view(Batch, Length).to(model.Device), lengths = tensor(new long[] { Length, 15, 16 }).to(model.Device);
        var targets = new MaskedTargets(tensor(positions).to(model.Device), tensor(positions.Select(i => 5 + i % 90).ToArray()).to(model.Device));
        model.Parameters.ZeroGradients();
        return model.AccumulateGradients(new EncoderInput(input, Lengths: lengths), targets, new DropoutState(1, 2, 3));
    }
}
