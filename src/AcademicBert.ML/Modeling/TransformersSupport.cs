namespace AcademicBert.Modeling;

/// <summary>Which of our models Hugging Face Transformers can compute: post-LN ones as <c>bert</c>, pre-LN ones as <c>megatron-bert</c>.</summary>
internal static class TransformersSupport
{
    /// <summary>What it has no architecture for; null where it has one.</summary>
    public static string? WhyNot(BertConfig config) =>
        config.Norm == NormKind.RmsNorm ? "it has LayerNorm only, this model has RMSNorm."
        : config.GatedFeedForward ? "its feed-forward block is not gated, this model's is."
        : config.NormPlacement == NormPlacement.PreLayerNorm && config.EmbeddingLayerNorm ? "its pre-LN model (megatron-bert) has no norm after the embeddings, this one has; a model that is pretrained with BertConfig.EmbeddingLayerNorm false has none."
        : config.NormPlacement == NormPlacement.PostLayerNorm && !config.EmbeddingLayerNorm ? "its post-LN model (bert) has a norm after the embeddings, this one has none."
        : null;
}
