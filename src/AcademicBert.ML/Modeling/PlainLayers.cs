using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AcademicBert.Modeling;

/// <summary>The layers that encoder and heads share, by parameter name.</summary>
internal sealed class PlainLayers(BertConfig config, FlatParameters parameters)
{
    private const double Epsilon = 1e-12;

    /// <summary>x Wᵀ + b.</summary>
    public Tensor Dense(Tensor input, string name) =>
        functional.linear(input, parameters[ParameterNames.Weight(name)], parameters[ParameterNames.Bias(name)]);

    /// <summary>The configured norm over the last dimension.</summary>
    public Tensor Norm(Tensor input, string name)
    {
        if (config.Norm == NormKind.LayerNorm)
            return functional.layer_norm(input, [config.HiddenSize], parameters[ParameterNames.Weight(name)], parameters[ParameterNames.Bias(name)], Epsilon);
        Tensor rootMeanSquare = input.norm(-1, keepdim: true, p: 2) / Math.Sqrt(config.HiddenSize);
        return input / (rootMeanSquare + Epsilon) * parameters[name + ".scale"];
    }

    /// <summary>The configured activation.</summary>
    public Tensor Activate(Tensor input) => config.Activation switch
    {
        Activation.Gelu => functional.gelu(input),
        Activation.Relu => functional.relu(input),
        Activation.Swish => functional.silu(input),
        Activation.Tanh => input.tanh(),
        _ => throw new InvalidOperationException($"Unknown activation {config.Activation}."),
    };
}
