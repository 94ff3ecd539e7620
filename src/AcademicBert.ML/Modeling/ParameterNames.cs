namespace AcademicBert.Modeling;

/// <summary>
/// Names of parameters, as stored in files: those of Hugging Face's <c>bert</c> for post-LN and of its <c>megatron-bert</c> for pre-LN.
/// A dense layer is named without its suffix; <see cref="Weight"/> and <see cref="Bias"/> complete it.
/// </summary>
internal sealed class ParameterNames(BertConfig config)
{
    private readonly bool _preLayerNorm = config.NormPlacement == NormPlacement.PreLayerNorm;

    public const string WordEmbeddings = "bert.embeddings.word_embeddings.weight";
    public const string PositionEmbeddings = "bert.embeddings.position_embeddings.weight";
    public const string TokenTypeEmbeddings = "bert.embeddings.token_type_embeddings.weight";
    public const string EmbeddingNorm = "bert.embeddings.LayerNorm";
    public const string FinalNorm = "bert.encoder.ln";
    public const string Pooler = "bert.pooler.dense";
    public const string Transform = "cls.predictions.transform.dense";
    public const string TransformNorm = "cls.predictions.transform.LayerNorm";
    public const string OutputBias = "cls.predictions.bias";
    public const string Classifier = "classifier";
    public const string NextSentence = "cls.seq_relationship";

    /// <summary>The matrix that masked words are predicted with.</summary>
    public static string Decoder(BertConfig config) => config.TieWordEmbeddings ? WordEmbeddings : "cls.predictions.decoder.weight";

    public static string Query(int layer) => $"{Layer(layer)}.attention.self.query";

    public static string Key(int layer) => $"{Layer(layer)}.attention.self.key";

    public static string Value(int layer) => $"{Layer(layer)}.attention.self.value";

    public static string AttentionOutput(int layer) => $"{Layer(layer)}.attention.output.dense";

    public static string Intermediate(int layer) => $"{Layer(layer)}.intermediate.dense";

    /// <summary>What is activated where the feed-forward block is gated.</summary>
    public static string Gate(int layer) => $"{Layer(layer)}.intermediate.gate";

    public static string Output(int layer) => $"{Layer(layer)}.output.dense";

    /// <summary>The norm of the attention block: before it (pre-LN) or after its residual sum (post-LN).</summary>
    public string AttentionNorm(int layer) => $"{Layer(layer)}.{AttentionNormPart}";

    /// <summary>The norm of the feed-forward block: before it (pre-LN) or after its residual sum (post-LN).</summary>
    public string FeedForwardNorm(int layer) => $"{Layer(layer)}.{FeedForwardNormPart}";

    public static string Weight(string dense) => dense + ".weight";

    public static string Bias(string dense) => dense + ".bias";

    /// <summary>Our name of a parameter that a file of any known origin stores.</summary>
    /// <param name="stored">
    /// The file's name: with or without "bert.", with "gamma" and "beta" of the first releases, or of IntelLabs/academic-budget-bert,
    /// which keeps pre-LN names for both placements and calls its fused linear layers dense_act.
    /// </param>
    public string Canonical(string stored)
    {
        string name = stored.StartsWith("module.", StringComparison.Ordinal) ? stored["module.".Length..] : stored;
        if (name.StartsWith("embeddings.", StringComparison.Ordinal) || name.StartsWith("encoder.", StringComparison.Ordinal) || name.StartsWith("pooler.", StringComparison.Ordinal))
            name = "bert." + name;
        if (name.EndsWith(".gamma", StringComparison.Ordinal))
            name = Weight(name[..^".gamma".Length]);
        else if (name.EndsWith(".beta", StringComparison.Ordinal))
            name = Bias(name[..^".beta".Length]);
        return name
            .Replace(".dense_act.dense.", ".dense.", StringComparison.Ordinal)
            .Replace(".dense_act.", ".dense.", StringComparison.Ordinal)
            .Replace("bert.encoder.FinalLayerNorm.", FinalNorm + ".", StringComparison.Ordinal)
            .Replace(".PreAttentionLayerNorm.", $".{AttentionNormPart}.", StringComparison.Ordinal)
            .Replace(".PostAttentionLayerNorm.", $".{FeedForwardNormPart}.", StringComparison.Ordinal);
    }

    private string AttentionNormPart => _preLayerNorm ? "attention.ln" : "attention.output.LayerNorm";

    private string FeedForwardNormPart => _preLayerNorm ? "ln" : "output.LayerNorm";

    private static string Layer(int layer) => $"bert.encoder.layer.{layer}";
}
