using AcademicBert.Benchmarks.Baseline;
using AcademicBert.Native.Cpu;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AcademicBert.Benchmarks.Step;

/// <summary>How far a TorchSharp user has gone.</summary>
internal enum TorchSharpVariant
{
    /// <summary>fp32, the head on all tokens: what one writes first.</summary>
    Naive,

    /// <summary>The head on masked tokens only; where the processor multiplies bf16, weights and activations in it, the weights rounded every step.</summary>
    Strong,
}

/// <summary>BERT with masked-language modelling as a careful user of TorchSharp writes it, with its AdamW.</summary>
internal sealed class TorchSharpBert : IDisposable
{
    private readonly TorchSharpVariant _variant;
    private readonly TorchSharpEncoder _encoder;
    private readonly optim.Optimizer _optimizer;

    public TorchSharpBert(StepSettings settings, TorchSharpVariant variant)
    {
        _variant = variant;
        _encoder = new TorchSharpEncoder(settings.Config);
        _encoder.AddLinear("transform", settings.Hidden, settings.Hidden);
        _encoder.AddNorm("transform");
        _encoder.Add("vocabulary.bias", zeros(settings.Vocabulary));
        _optimizer = optim.AdamW(_encoder.Parameters.Values, 1e-4, beta1: 0.9, beta2: 0.98, eps: 1e-6, weight_decay: 0.01);
    }

    /// <summary>One training step.</summary>
    public double Step(StepBatch batch)
    {
        using var scope = NewDisposeScope();
        _optimizer.zero_grad();
        Tensor loss = Loss(batch);
        loss.backward();
        _optimizer.step();
        return loss.item<float>();
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        _encoder.Dispose();
    }

    private Tensor Loss(StepBatch batch)
    {
        // In bf16 every weight is rounded once a step and then used by all layers.
        bool rounded = _variant == TorchSharpVariant.Strong && CpuKernels.HasFastBFloat16;
        Dictionary<string, Tensor> weights = _encoder.Parameters.ToDictionary(entry => entry.Key, entry => rounded ? entry.Value.to(bfloat16) : (Tensor)entry.Value);
        Tensor hidden_BSH = _encoder.Encode(weights, batch.Ids_BS), hidden_RH = hidden_BSH.view(-1, hidden_BSH.shape[2]), labels = batch.Labels_R;
        if (_variant == TorchSharpVariant.Strong)
            (hidden_RH, labels) = (hidden_RH.index_select(0, batch.Positions_N), batch.Targets_N);
        Tensor transformed = _encoder.Norm(weights, functional.gelu(TorchSharpEncoder.Linear(weights, hidden_RH, "transform")), "transform");
        Tensor logits = functional.linear(transformed, weights["words"], weights["vocabulary.bias"]);
        return functional.cross_entropy(logits.to(float32), labels, ignore_index: -100);
    }
}
