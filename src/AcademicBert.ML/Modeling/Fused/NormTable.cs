using AcademicBert.Native;

namespace AcademicBert.Modeling.Fused;

/// <summary>A norm's parameters and where their gradients go.</summary>
internal readonly record struct NormAddresses(NormPointers Values, NormPointers Gradients);

/// <summary>Which norm acts where, for both placements.</summary>
internal sealed class NormTable
{
    private readonly NormAddresses[] _middle, _next;

    public NormTable(BertConfig config, FlatParameters parameters)
    {
        var names = new ParameterNames(config);
        bool preLayerNorm = config.NormPlacement == NormPlacement.PreLayerNorm;
        _middle = [.. Enumerable.Range(0, config.Layers).Select(layer => Of(preLayerNorm ? names.FeedForwardNorm(layer) : names.AttentionNorm(layer)))];
        _next = [.. Enumerable.Range(0, config.Layers).Select(layer => Of(
            !preLayerNorm ? names.FeedForwardNorm(layer) : layer + 1 < config.Layers ? names.AttentionNorm(layer + 1) : ParameterNames.FinalNorm))];
        First = preLayerNorm ? Of(names.AttentionNorm(0)) : default;
        Embedding = config.EmbeddingLayerNorm ? Of(ParameterNames.EmbeddingNorm) : default;

        NormAddresses Of(string norm)
        {
            bool rootMeanSquare = config.Norm == NormKind.RmsNorm;
            string weight = rootMeanSquare ? norm + ".scale" : ParameterNames.Weight(norm), shift = ParameterNames.Bias(norm);
            return new NormAddresses(
                new NormPointers(parameters.ValueAddress(weight), rootMeanSquare ? 0 : parameters.ValueAddress(shift), rootMeanSquare),
                new NormPointers(parameters.GradientAddress(weight), rootMeanSquare ? 0 : parameters.GradientAddress(shift), rootMeanSquare));
        }
    }

    /// <summary>Pre-LN's norm before the first layer.</summary>
    public NormAddresses First { get; }

    /// <summary>The norm behind the embedding sum.</summary>
    public NormAddresses Embedding { get; }

    /// <summary>The norm between a layer's two blocks.</summary>
    public NormAddresses Middle(int layer) => _middle[layer];

    /// <summary>The norm behind a layer's second block: the next layer's first, or the final one, in pre-LN.</summary>
    public NormAddresses Next(int layer) => _next[layer];
}
