using AcademicBert.Native.Cpu;
using TorchSharp;
using TorchSharp.Modules;
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

/// <summary>
/// BERT with masked-language modelling as a careful user of TorchSharp writes it: its modules' parameters, its functions, its dropout
/// (attention included), its AdamW.
/// </summary>
internal sealed class TorchSharpBert : IDisposable
{
    private readonly StepSettings _settings;
    private readonly TorchSharpVariant _variant;
    private readonly Dictionary<string, Parameter> _parameters = [];
    private readonly optim.Optimizer _optimizer;

    public TorchSharpBert(StepSettings settings, TorchSharpVariant variant)
    {
        (_settings, _variant) = (settings, variant);
        int hidden = settings.Hidden;
        Matrix("words", settings.Vocabulary, hidden);
        Matrix("positions", settings.Length, hidden);
        Matrix("segments", 2, hidden);
        Norm("embedding");
        for (int layer = 0; layer < settings.Layers; layer++)
        {
            Linear($"{layer}.projections", 3 * hidden, hidden);
            Linear($"{layer}.output", hidden, hidden);
            Norm($"{layer}.attention");
            Linear($"{layer}.inner", settings.FeedForward, hidden);
            Linear($"{layer}.outer", hidden, settings.FeedForward);
            Norm($"{layer}.feedForward");
        }

        Linear("transform", hidden, hidden);
        Norm("transform");
        Add("vocabulary.bias", zeros(settings.Vocabulary));
        _optimizer = optim.AdamW(_parameters.Values, 1e-4, beta1: 0.9, beta2: 0.98, eps: 1e-6, weight_decay: 0.01);

        void Linear(string name, int outputs, int inputs)
        {
            Matrix(name + ".weight", outputs, inputs);
            Add(name + ".bias", zeros(outputs));
        }

        void Norm(string name)
        {
            Add(name + ".norm.weight", ones(hidden));
            Add(name + ".norm.bias", zeros(hidden));
        }

        void Matrix(string name, int rows, int columns) => Add(name, randn(rows, columns) * 0.02);

        void Add(string name, Tensor value) => _parameters.Add(name, (Parameter)Parameter(value).DetachFromDisposeScope());
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
        foreach (Parameter parameter in _parameters.Values)
            parameter.Dispose();
    }

    private Tensor Loss(StepBatch batch)
    {
        // In bf16 every weight is rounded once a step and then used by all layers.
        bool rounded = _variant == TorchSharpVariant.Strong && CpuKernels.HasFastBFloat16;
        Dictionary<string, Tensor> weights = _parameters.ToDictionary(entry => entry.Key, entry => rounded ? entry.Value.to(bfloat16) : (Tensor)entry.Value);
        Tensor hidden_BSH = weights["words"].index_select(0, batch.Ids_BS.reshape(-1)).view(_settings.Batch, _settings.Length, _settings.Hidden)
            + weights["positions"] + weights["segments"].narrow(0, 0, 1);
        hidden_BSH = Drop(Norm(hidden_BSH, "embedding"));
        for (int layer = 0; layer < _settings.Layers; layer++)
        {
            hidden_BSH = Norm(hidden_BSH + Drop(Linear(Attention(hidden_BSH, layer), $"{layer}.output")), $"{layer}.attention");
            Tensor inner = functional.gelu(Linear(hidden_BSH, $"{layer}.inner"));
            hidden_BSH = Norm(hidden_BSH + Drop(Linear(inner, $"{layer}.outer")), $"{layer}.feedForward");
        }

        Tensor hidden_RH = hidden_BSH.view(-1, _settings.Hidden), labels = batch.Labels_R;
        if (_variant == TorchSharpVariant.Strong)
            (hidden_RH, labels) = (hidden_RH.index_select(0, batch.Positions_N), batch.Targets_N);
        Tensor transformed = Norm(functional.gelu(Linear(hidden_RH, "transform")), "transform");
        Tensor logits = functional.linear(transformed, weights["words"], weights["vocabulary.bias"]);
        return functional.cross_entropy(logits.to(float32), labels, ignore_index: -100);

        Tensor Linear(Tensor input, string name) => functional.linear(input, weights[name + ".weight"], weights[name + ".bias"]);

        Tensor Norm(Tensor input, string name) => functional.layer_norm(input, [_settings.Hidden], weights[name + ".norm.weight"], weights[name + ".norm.bias"], 1e-12);

        Tensor Drop(Tensor input) => functional.dropout(input, _settings.Dropout, training: true);

        Tensor Attention(Tensor input, int layer)
        {
            int size = _settings.Hidden / _settings.Heads;
            Tensor projected = Linear(input, $"{layer}.projections").view(_settings.Batch, _settings.Length, 3, _settings.Heads, size).permute(2, 0, 3, 1, 4);
            Tensor scores = matmul(projected[0], projected[1].transpose(-2, -1)) / Math.Sqrt(size);
            Tensor context = matmul(Drop(functional.softmax(scores, -1)), projected[2]);
            return context.permute(0, 2, 1, 3).reshape(_settings.Batch, _settings.Length, _settings.Hidden);
        }
    }
}
