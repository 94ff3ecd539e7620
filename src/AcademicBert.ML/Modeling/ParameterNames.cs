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

    public static string Query(int layer) => $"{Layer(layer)}.attention.self.query";

    public static string Key(int layer) => $"{Layer(layer)}.attention.self.key";

    public static string Value(int layer) => $"{Layer(layer)}.attention.self.value";

    public static string AttentionOutput(int layer) => $"{Layer(layer)}.attention.output.dense";

    public static string Intermediate(int layer) => $"{Layer(layer)}.intermediate.dense";

    public static string Output(int layer) => $"{Layer(layer)}.output.dense";

    /// <summary>The norm of the attention block: before it (pre-LN) or after its residual sum (post-LN).</summary>
    public string AttentionNorm(int layer) => $"{Layer(layer)}.attention.{(_preLayerNorm ? "ln" : "output.LayerNorm")}";

    /// <summary>The norm of the feed-forward block: before it (pre-LN) or after its residual sum (post-LN).</summary>
    public string FeedForwardNorm(int layer) => $"{Layer(layer)}.{(_preLayerNorm ? "ln" : "output.LayerNorm")}";

    public static string Weight(string dense) => dense + ".weight";

    public static string Bias(string dense) => dense + ".bias";

    /// <summary>Names the same parameter has in files of other origins, the canonical one first.</summary>
    public IEnumerable<string> Aliases(string name)
    {
        yield return name;
        foreach (string alias in ReferenceRepositoryNames(name))
            yield return alias;
        if (name.Contains("LayerNorm.", StringComparison.Ordinal))
            yield return name.Replace("LayerNorm.weight", "LayerNorm.gamma").Replace("LayerNorm.bias", "LayerNorm.beta");
    }

    // IntelLabs/academic-budget-bert keeps pre-LN names for both placements and calls its fused linear layers dense_act.
    private IEnumerable<string> ReferenceRepositoryNames(string name)
    {
        if (name.StartsWith(FinalNorm + ".", StringComparison.Ordinal))
            yield return name.Replace(FinalNorm, "bert.encoder.FinalLayerNorm");
        for (int layer = 0; layer < config.Layers; layer++)
        {
            if (name.StartsWith(AttentionNorm(layer) + ".", StringComparison.Ordinal))
                yield return name.Replace(AttentionNorm(layer), $"{Layer(layer)}.PreAttentionLayerNorm");
            else if (name.StartsWith(FeedForwardNorm(layer) + ".", StringComparison.Ordinal))
                yield return name.Replace(FeedForwardNorm(layer), $"{Layer(layer)}.PostAttentionLayerNorm");
            else if (name.StartsWith(Intermediate(layer) + ".", StringComparison.Ordinal))
                yield return name.Replace(".dense.", ".dense_act.");
        }
        if (name.StartsWith(Pooler + ".", StringComparison.Ordinal) || name.StartsWith(Transform + ".", StringComparison.Ordinal))
            yield return name.Replace(".dense.", ".dense_act.");
    }

    private static string Layer(int layer) => $"bert.encoder.layer.{layer}";
}
