using AcademicBert.Modeling;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AcademicBert.Benchmarks.Baseline;

/// <summary>A post-LN BERT encoder as a careful user of TorchSharp writes it: its parameters, its functions, its dropout (attention included).</summary>
internal sealed class TorchSharpEncoder : IDisposable
{
    private readonly BertConfig _config;
    private readonly Dictionary<string, Parameter> _parameters = [];

    public TorchSharpEncoder(BertConfig config)
    {
        _config = config;
        int hidden = config.HiddenSize;
        AddMatrix("words", config.VocabularySize, hidden);
        AddMatrix("positions", config.MaxPositions, hidden);
        AddMatrix("segments", 2, hidden);
        AddNorm("embedding");
        for (int layer = 0; layer < config.Layers; layer++)
        {
            AddLinear($"{layer}.projections", 3 * hidden, hidden);
            AddLinear($"{layer}.output", hidden, hidden);
            AddNorm($"{layer}.attention");
            AddLinear($"{layer}.inner", config.IntermediateSize, hidden);
            AddLinear($"{layer}.outer", hidden, config.IntermediateSize);
            AddNorm($"{layer}.feedForward");
        }
    }

    /// <summary>All parameters, those of heads included.</summary>
    public IReadOnlyDictionary<string, Parameter> Parameters => _parameters;

    /// <summary>Adds a weight and a bias.</summary>
    public void AddLinear(string name, int outputs, int inputs)
    {
        AddMatrix(name + ".weight", outputs, inputs);
        Add(name + ".bias", zeros(outputs));
    }

    /// <summary>Adds the parameters of a norm.</summary>
    public void AddNorm(string name)
    {
        Add(name + ".norm.weight", ones(_config.HiddenSize));
        Add(name + ".norm.bias", zeros(_config.HiddenSize));
    }

    /// <summary>Adds a parameter.</summary>
    public void Add(string name, Tensor value) => _parameters.Add(name, (Parameter)Parameter(value).DetachFromDisposeScope());

    /// <summary>Hidden states, (B, S, H).</summary>
    /// <param name="weights">The parameters, or copies of them in another type.</param>
    /// <param name="ids_BS">Token ids.</param>
    /// <param name="types_BS">Segment ids; null: all 0.</param>
    /// <param name="mask_B11S">0 for real tokens, a large negative number for padding; null: there is none.</param>
    /// <param name="training">Whether dropout is drawn.</param>
    public Tensor Encode(IReadOnlyDictionary<string, Tensor> weights, Tensor ids_BS, Tensor? types_BS = null, Tensor? mask_B11S = null, bool training = true)
    {
        long batch = ids_BS.shape[0], length = ids_BS.shape[1];
        int size = _config.HiddenSize / _config.Heads;
        Tensor segments = types_BS is null ? weights["segments"].narrow(0, 0, 1) : weights["segments"].index_select(0, types_BS.reshape(-1)).view(batch, length, _config.HiddenSize);
        Tensor hidden_BSH = weights["words"].index_select(0, ids_BS.reshape(-1)).view(batch, length, _config.HiddenSize) + weights["positions"].narrow(0, 0, length) + segments;
        hidden_BSH = Drop(Norm(weights, hidden_BSH, "embedding"));
        for (int layer = 0; layer < _config.Layers; layer++)
        {
            hidden_BSH = Norm(weights, hidden_BSH + Drop(Linear(weights, Attention(hidden_BSH, layer), $"{layer}.output")), $"{layer}.attention");
            Tensor inner = functional.gelu(Linear(weights, hidden_BSH, $"{layer}.inner"));
            hidden_BSH = Norm(weights, hidden_BSH + Drop(Linear(weights, inner, $"{layer}.outer")), $"{layer}.feedForward");
        }

        return hidden_BSH;

        Tensor Drop(Tensor input) => functional.dropout(input, _config.HiddenDropout, training);

        Tensor Attention(Tensor input, int layer)
        {
            Tensor projected = Linear(weights, input, $"{layer}.projections").view(batch, length, 3, _config.Heads, size).permute(2, 0, 3, 1, 4);
            Tensor scores = matmul(projected[0], projected[1].transpose(-2, -1)) / Math.Sqrt(size);
            if (mask_B11S is not null)
                scores = scores + mask_B11S;
            Tensor context = matmul(Drop(functional.softmax(scores, -1)), projected[2]);
            return context.permute(0, 2, 1, 3).reshape(batch, length, _config.HiddenSize);
        }
    }

    /// <summary>A linear layer.</summary>
    public static Tensor Linear(IReadOnlyDictionary<string, Tensor> weights, Tensor input, string name) => functional.linear(input, weights[name + ".weight"], weights[name + ".bias"]);

    /// <summary>A LayerNorm.</summary>
    public Tensor Norm(IReadOnlyDictionary<string, Tensor> weights, Tensor input, string name) =>
        functional.layer_norm(input, [_config.HiddenSize], weights[name + ".norm.weight"], weights[name + ".norm.bias"], 1e-12);

    public void Dispose()
    {
        foreach (Parameter parameter in _parameters.Values)
            parameter.Dispose();
    }

    private void AddMatrix(string name, int rows, int columns) => Add(name, randn(rows, columns) * 0.02);
}
