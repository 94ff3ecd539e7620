using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AcademicBert.Modeling;

/// <summary>
/// The encoder written with libtorch's own operations and autograd: what the fused engine is checked against,
/// and what runs where its kernels cannot.
/// </summary>
internal sealed class PlainEncoder(BertConfig config, FlatParameters parameters) : IEncoder
{
    private const float MaskedScore = -10000f;

    private readonly ParameterNames _names = new(config);
    private readonly PlainLayers _layers = new(config, parameters);

    /// <inheritdoc/>
    public Tensor Encode(EncoderInput input, DropoutState? dropout)
    {
        Tensor hidden_BSH = Embed(input, dropout);
        Tensor? mask_B11S = AttentionMask(input);
        for (int layer = 0; layer < config.Layers; layer++)
            hidden_BSH = config.NormPlacement == NormPlacement.PreLayerNorm
                ? PreLayerNormLayer(layer, hidden_BSH, mask_B11S, dropout)
                : PostLayerNormLayer(layer, hidden_BSH, mask_B11S, dropout);
        return config.NormPlacement == NormPlacement.PreLayerNorm ? _layers.Norm(hidden_BSH, ParameterNames.FinalNorm) : hidden_BSH;
    }

    /// <inheritdoc/>
    public Tensor EncodeFirst(EncoderInput input)
    {
        using IDisposable frozen = no_grad();
        return Encode(input, null).select(1, 0);
    }

    /// <inheritdoc/>
    public void Backward(int trainedFrom = 0)
    {
        // Autograd has been through everything.
    }

    /// <summary>The sum of word, position and segment embeddings, (B, S, H).</summary>
    internal Tensor Embed(EncoderInput input, DropoutState? dropout)
    {
        long batch = input.InputIds.shape[0], length = input.InputIds.shape[1];
        Tensor segments = parameters[ParameterNames.TokenTypeEmbeddings];
        Tensor hidden_BSH = Lookup(parameters[ParameterNames.WordEmbeddings], input.InputIds)
            + parameters[ParameterNames.PositionEmbeddings].narrow(0, 0, length)
            + (input.TokenTypes is { } types ? Lookup(segments, types) : segments.narrow(0, 0, 1));
        if (config.EmbeddingLayerNorm)
            hidden_BSH = _layers.Norm(hidden_BSH, ParameterNames.EmbeddingNorm);
        return DropoutMask.ApplyToHidden(hidden_BSH, config.HiddenDropout, dropout, 0, DropoutSite.Embedding);

        Tensor Lookup(Tensor table, Tensor ids) => table.index_select(0, ids.reshape(-1)).view(batch, length, config.HiddenSize);
    }

    /// <summary>Softmax of scaled scores, before dropout, (B, A, S, S).</summary>
    internal Tensor AttentionProbabilities(int layer, Tensor normed_BSH, Tensor? mask_B11S)
    {
        Tensor query_BASD = Heads(normed_BSH, ParameterNames.Query(layer)), key_BASD = Heads(normed_BSH, ParameterNames.Key(layer));
        Tensor scores_BASS = matmul(query_BASD, key_BASD.transpose(-2, -1)) / Math.Sqrt(config.HeadSize);
        if (mask_B11S is not null)
            scores_BASS = scores_BASS + mask_B11S;
        return functional.softmax(scores_BASS, -1);
    }

    internal static Tensor? AttentionMask(EncoderInput input)
    {
        if (input.Lengths is not { } lengths_B)
            return null;
        Tensor padded_BS = arange(input.InputIds.shape[1], dtype: int64, device: lengths_B.device).unsqueeze(0) >= lengths_B.unsqueeze(1);
        return (padded_BS.to(float32) * MaskedScore).unsqueeze(1).unsqueeze(1);
    }

    private Tensor PreLayerNormLayer(int layer, Tensor hidden_BSH, Tensor? mask_B11S, DropoutState? dropout)
    {
        hidden_BSH = hidden_BSH + Attention(layer, _layers.Norm(hidden_BSH, _names.AttentionNorm(layer)), mask_B11S, dropout);
        return hidden_BSH + FeedForward(layer, _layers.Norm(hidden_BSH, _names.FeedForwardNorm(layer)), dropout);
    }

    private Tensor PostLayerNormLayer(int layer, Tensor hidden_BSH, Tensor? mask_B11S, DropoutState? dropout)
    {
        hidden_BSH = _layers.Norm(hidden_BSH + Attention(layer, hidden_BSH, mask_B11S, dropout), _names.AttentionNorm(layer));
        return _layers.Norm(hidden_BSH + FeedForward(layer, hidden_BSH, dropout), _names.FeedForwardNorm(layer));
    }

    private Tensor Attention(int layer, Tensor normed_BSH, Tensor? mask_B11S, DropoutState? dropout)
    {
        Tensor probabilities_BASS = AttentionProbabilities(layer, normed_BSH, mask_B11S);
        probabilities_BASS = DropoutMask.ApplyToAttention(probabilities_BASS, config.AttentionDropout, dropout, layer);
        Tensor context_BASD = matmul(probabilities_BASS, Heads(normed_BSH, ParameterNames.Value(layer)));
        Tensor context_BSH = context_BASD.permute(0, 2, 1, 3).reshape(normed_BSH.shape);
        Tensor output_BSH = _layers.Dense(context_BSH, ParameterNames.AttentionOutput(layer));
        return DropoutMask.ApplyToHidden(output_BSH, config.HiddenDropout, dropout, layer, DropoutSite.AttentionOutput);
    }

    private Tensor FeedForward(int layer, Tensor normed_BSH, DropoutState? dropout)
    {
        Tensor inner_BSF = _layers.Dense(normed_BSH, ParameterNames.Intermediate(layer));
        inner_BSF = config.GatedFeedForward ? inner_BSF * _layers.Activate(_layers.Dense(normed_BSH, ParameterNames.Gate(layer))) : _layers.Activate(inner_BSF);
        Tensor output_BSH = _layers.Dense(inner_BSF, ParameterNames.Output(layer));
        return DropoutMask.ApplyToHidden(output_BSH, config.HiddenDropout, dropout, layer, DropoutSite.FeedForwardOutput);
    }

    private Tensor Heads(Tensor normed_BSH, string projection) =>
        _layers.Dense(normed_BSH, projection).view(normed_BSH.shape[0], normed_BSH.shape[1], config.Heads, config.HeadSize).permute(0, 2, 1, 3);
}
