using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AcademicBert.Modeling;

/// <summary>One encoder layer, written with libtorch's own operations.</summary>
internal sealed class PlainLayer(BertConfig config, FlatParameters parameters, int layer)
{
    private readonly ParameterNames _names = new(config);
    private readonly PlainLayers _layers = new(config, parameters);

    private bool PreLayerNorm => config.NormPlacement == NormPlacement.PreLayerNorm;

    /// <summary>What attention reads of the residual stream.</summary>
    public Tensor Read(Tensor stream_BSH) => PreLayerNorm ? _layers.Norm(stream_BSH, _names.AttentionNorm(layer)) : stream_BSH;

    /// <summary>Softmax of scaled scores, before dropout, (B, A, S, S).</summary>
    public Tensor Probabilities(Tensor input_BSH, Tensor? mask_B11S)
    {
        Tensor query_BASD = Heads(input_BSH, ParameterNames.Query(layer)), key_BASD = Heads(input_BSH, ParameterNames.Key(layer));
        return Softmax(matmul(query_BASD, key_BASD.transpose(-2, -1)), mask_B11S);
    }

    /// <summary>Attention's result before its output projection, (B, S, H).</summary>
    public Tensor Attend(Tensor input_BSH, Tensor? mask_B11S, DropoutState? dropout) =>
        matmul(Drop(Probabilities(input_BSH, mask_B11S), dropout), Heads(input_BSH, ParameterNames.Value(layer))).permute(0, 2, 1, 3).reshape(input_BSH.shape);

    /// <summary>
    /// The same for the first token, (B, 1, H). One query does without keys and values of all tokens: q·(W x + b) is (Wᵀ q)·x and something
    /// that all tokens have in common and softmax does not see; the weighted sum of W x + b is W times that of x, and b times the weights' sum.
    /// </summary>
    public Tensor AttendFirst(Tensor input_BSH, Tensor? mask_B11S, DropoutState? dropout)
    {
        Tensor query_ABD = ByHead(_layers.Dense(input_BSH.select(1, 0), ParameterNames.Query(layer)), 1).transpose(0, 1);
        Tensor probe_BAH = matmul(query_ABD, ByHead(parameters[ParameterNames.Weight(ParameterNames.Key(layer))], 0)).transpose(0, 1);
        Tensor weights_BA1S = Drop(Softmax(matmul(probe_BAH, input_BSH.transpose(1, 2)).unsqueeze(2), mask_B11S), dropout), weights_BAS = weights_BA1S.squeeze(2);
        Tensor sum_ABH = matmul(weights_BAS, input_BSH).transpose(0, 1);
        Tensor value_ADH = ByHead(parameters[ParameterNames.Weight(ParameterNames.Value(layer))], 0), bias_AD = ByHead(parameters[ParameterNames.Bias(ParameterNames.Value(layer))], 0);
        Tensor context_BAD = matmul(sum_ABH, value_ADH.transpose(1, 2)).transpose(0, 1) + weights_BAS.sum(-1, keepdim: true) * bias_AD;
        return context_BAD.reshape(-1, 1, config.HiddenSize);
    }

    /// <summary>From attention's result to the layer's: output projection, residual sums and norms, feed-forward block; with the final norm, if the layer is the last.</summary>
    /// <param name="stream_BSH">The residual stream before the layer.</param>
    /// <param name="context_BSH">Attention's result.</param>
    /// <param name="dropout">Masks to draw.</param>
    public Tensor Finish(Tensor stream_BSH, Tensor context_BSH, DropoutState? dropout)
    {
        stream_BSH = stream_BSH + Drop(_layers.Dense(context_BSH, ParameterNames.AttentionOutput(layer)), dropout, DropoutSite.AttentionOutput);
        if (!PreLayerNorm)
        {
            stream_BSH = _layers.Norm(stream_BSH, _names.AttentionNorm(layer));
            return _layers.Norm(stream_BSH + FeedForward(stream_BSH, dropout), _names.FeedForwardNorm(layer));
        }

        stream_BSH = stream_BSH + FeedForward(_layers.Norm(stream_BSH, _names.FeedForwardNorm(layer)), dropout);
        return layer == config.Layers - 1 ? _layers.Norm(stream_BSH, ParameterNames.FinalNorm) : stream_BSH;
    }

    private Tensor FeedForward(Tensor input_BSH, DropoutState? dropout)
    {
        Tensor inner_BSF = _layers.Dense(input_BSH, ParameterNames.Intermediate(layer));
        inner_BSF = config.GatedFeedForward ? inner_BSF * _layers.Activate(_layers.Dense(input_BSH, ParameterNames.Gate(layer))) : _layers.Activate(inner_BSF);
        return Drop(_layers.Dense(inner_BSF, ParameterNames.Output(layer)), dropout, DropoutSite.FeedForwardOutput);
    }

    private Tensor Softmax(Tensor scores_BAQS, Tensor? mask_B11S)
    {
        scores_BAQS = scores_BAQS / Math.Sqrt(config.HeadSize);
        return functional.softmax(mask_B11S is null ? scores_BAQS : scores_BAQS + mask_B11S, -1);
    }

    private Tensor Drop(Tensor probabilities_BAQS, DropoutState? dropout) => DropoutMask.ApplyToAttention(probabilities_BAQS, config.AttentionDropout, dropout, layer);

    private Tensor Drop(Tensor output_BSH, DropoutState? dropout, DropoutSite site) => DropoutMask.ApplyToHidden(output_BSH, config.HiddenDropout, dropout, layer, site);

    private Tensor Heads(Tensor input_BSH, string projection) => ByHead(_layers.Dense(input_BSH, projection), 2).permute(0, 2, 1, 3);

    // Parts a dimension of all heads.
    private Tensor ByHead(Tensor values, int dimension) => values.unflatten(dimension, config.Heads, config.HeadSize);
}
