namespace AcademicBert.Interop.Onnx;

/// <summary>Names of inputs and outputs, as exporters of Hugging Face and sentence-transformers give them.</summary>
internal static class OnnxNames
{
    public const string InputIds = "input_ids";
    public const string AttentionMask = "attention_mask";
    public const string TokenTypeIds = "token_type_ids";
    public const string Logits = "logits";
    public const string LastHiddenState = "last_hidden_state";
    public const string PoolerOutput = "pooler_output";
    public const string SentenceEmbedding = "sentence_embedding";
}
