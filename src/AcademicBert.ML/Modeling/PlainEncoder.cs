using static TorchSharp.torch;

namespace AcademicBert.Modeling;

/// <summary>
/// The encoder written with libtorch's own operations and autograd: what the fused engine is checked against,
/// and what runs where its kernels cannot.
/// </summary>
internal sealed class PlainEncoder(BertConfig config, FlatParameters parameters) : IEncoder
{
    private const float MaskedScore = -10000f;

    private readonly PlainLayers _layers = new(config, parameters);
    private readonly PlainLayer[] _encoder = [.. Enumerable.Range(0, config.Layers).Select(layer => new PlainLayer(config, parameters, layer))];

    /// <inheritdoc/>
    public Tensor Encode(EncoderInput input, DropoutState? dropout) => Run(input, dropout, config.Layers);

    /// <inheritdoc/>
    public Tensor EncodeFirst(EncoderInput input, DropoutState? dropout)
    {
        Tensor stream_BSH = Run(input, dropout, config.Layers - 1);
        PlainLayer last = _encoder[^1];
        return last.Finish(stream_BSH.narrow(1, 0, 1), last.AttendFirst(last.Read(stream_BSH), AttentionMask(input), dropout), dropout).squeeze(1);
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

    /// <summary>What is added to scores, (B, 1, 1, S); null where no row is padded.</summary>
    internal static Tensor? AttentionMask(EncoderInput input)
    {
        if (input.Lengths is not { } lengths_B)
            return null;
        Tensor padded_BS = arange(input.InputIds.shape[1], dtype: int64, device: lengths_B.device).unsqueeze(0) >= lengths_B.unsqueeze(1);
        return (padded_BS.to(float32) * MaskedScore).unsqueeze(1).unsqueeze(1);
    }

    // The first layers.
    private Tensor Run(EncoderInput input, DropoutState? dropout, int layers)
    {
        Tensor stream_BSH = Embed(input, dropout);
        Tensor? mask_B11S = AttentionMask(input);
        foreach (PlainLayer layer in _encoder.Take(layers))
            stream_BSH = layer.Finish(stream_BSH, layer.Attend(layer.Read(stream_BSH), mask_B11S, dropout), dropout);
        return stream_BSH;
    }
}
