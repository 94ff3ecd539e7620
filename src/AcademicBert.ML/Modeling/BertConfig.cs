namespace AcademicBert.Modeling;

/// <summary>Where a layer's norms sit: before each block (pre-LN, the paper's choice) or after each residual sum (post-LN, the original BERT).</summary>
public enum NormPlacement
{
    /// <summary>Norm before attention and before the feed-forward block, one final norm after the last layer.</summary>
    PreLayerNorm,

    /// <summary>Norm after each residual sum, as in the original BERT.</summary>
    PostLayerNorm,
}

/// <summary>The kind of normalization used everywhere in the model.</summary>
public enum NormKind
{
    /// <summary>LayerNorm with weight and bias, eps 1e-12.</summary>
    LayerNorm,

    /// <summary>Scale times x over its root mean square; eps 1e-12 outside the root, no bias.</summary>
    RmsNorm,
}

/// <summary>Activation of the feed-forward block and of the masked-language-model transform.</summary>
public enum Activation
{
    /// <summary>Exact GELU, by erf.</summary>
    Gelu,

    /// <summary>max(x, 0).</summary>
    Relu,

    /// <summary>x times sigmoid(x).</summary>
    Swish,

    /// <summary>Hyperbolic tangent.</summary>
    Tanh,
}

/// <summary>Shape and architecture of a BERT encoder. Immutable; <see cref="Validate"/> is called before anything is built from it.</summary>
public sealed record BertConfig
{
    /// <summary>Number of words in the vocabulary, without internal padding. Default 0: pretraining fills in that of its tokenizer.</summary>
    public int VocabularySize { get; init; }

    /// <summary>Width of the hidden states. Default 256.</summary>
    public int HiddenSize { get; init; } = 256;

    /// <summary>Number of encoder layers. Default 4.</summary>
    public int Layers { get; init; } = 4;

    /// <summary>Number of attention heads; divides <see cref="HiddenSize"/>. Default 4.</summary>
    public int Heads { get; init; } = 4;

    /// <summary>Width of the feed-forward block. Default 1024.</summary>
    public int IntermediateSize { get; init; } = 1024;

    /// <summary>
    /// Whether the feed-forward block is gated: one projection times the activation of another, each of <see cref="IntermediateSize"/>
    /// (Shazeer 2020, GEGLU). It has a third matrix; two thirds of the width have the parameters of a block without. Default false.
    /// </summary>
    public bool GatedFeedForward { get; init; }

    /// <summary>Number of position embeddings: the longest input in tokens. Default 128.</summary>
    public int MaxPositions { get; init; } = 128;

    /// <summary>Number of segment embeddings. Default 2.</summary>
    public int TokenTypes { get; init; } = 2;

    /// <summary>
    /// How many of the segment embeddings pretraining has seen; null: all. Single-sequence pretraining leaves those of a second sentence
    /// as they were drawn, so fine-tuning on pairs starts them as copies of the first.
    /// </summary>
    public int? TrainedTokenTypes { get; init; }

    /// <summary>Dropout on embeddings and on both block outputs while training. Default 0.1.</summary>
    public double HiddenDropout { get; init; } = 0.1;

    /// <summary>Dropout on attention probabilities while training. Default 0.1.</summary>
    public double AttentionDropout { get; init; } = 0.1;

    /// <summary>Where the norms sit. Default pre-LN, as in the paper's code.</summary>
    public NormPlacement NormPlacement { get; init; } = NormPlacement.PreLayerNorm;

    /// <summary>The kind of norm. Default LayerNorm.</summary>
    public NormKind Norm { get; init; } = NormKind.LayerNorm;

    /// <summary>Whether a norm follows the embedding sum. Default false for pre-LN; stock post-LN BERT has it.</summary>
    public bool EmbeddingLayerNorm { get; init; }

    /// <summary>Whether the masked-language-model logits have an output bias. Default true.</summary>
    public bool MlmOutputBias { get; init; } = true;

    /// <summary>Whether the masked-language-model head predicts with the word embeddings. Default true, as in every published BERT; false gives it a matrix of its own.</summary>
    public bool TieWordEmbeddings { get; init; } = true;

    /// <summary>Whether only masked positions go through the masked-language-model head. Default true; the loss is the same.</summary>
    public bool SparsePrediction { get; init; } = true;

    /// <summary>The activation. Default GELU.</summary>
    public Activation Activation { get; init; } = Activation.Gelu;

    /// <summary>Standard deviation of the normal initialization of every weight matrix and embedding. Default 0.02.</summary>
    public double InitializerRange { get; init; } = 0.02;

    /// <summary>Width of one attention head; 0 where there is none, which <see cref="Validate"/> refuses.</summary>
    public int HeadSize => Heads > 0 ? HiddenSize / Heads : 0;

    /// <summary>Width of what the feed-forward block is projected to: <see cref="IntermediateSize"/>, twice that where it is gated.</summary>
    public long InnerSize => GatedFeedForward ? 2L * IntermediateSize : IntermediateSize;

    /// <summary><see cref="VocabularySize"/> rounded up to a multiple of 8: the rows of the word embedding in memory, never in files.</summary>
    public int PaddedVocabularySize => (VocabularySize + 7) / 8 * 8;

    /// <summary>Throws an <see cref="ArgumentException"/> that names the offending property.</summary>
    public void Validate()
    {
        Require(VocabularySize >= 6, nameof(VocabularySize), VocabularySize, "must be at least 6: five special tokens and one word");
        Require(HiddenSize >= 1, nameof(HiddenSize), HiddenSize, "must be positive");
        Require(Layers >= 1, nameof(Layers), Layers, "must be positive");
        Require(Heads >= 1 && HiddenSize % Heads == 0, nameof(Heads), Heads, $"must be positive and divide {nameof(BertConfig)}.{nameof(HiddenSize)} ({HiddenSize})");
        Require(IntermediateSize >= 1, nameof(IntermediateSize), IntermediateSize, "must be positive");
        Require(MaxPositions >= 4, nameof(MaxPositions), MaxPositions, "must be at least 4");
        Require(TokenTypes >= 1, nameof(TokenTypes), TokenTypes, "must be positive");
        Require(TrainedTokenTypes is null || (TrainedTokenTypes >= 1 && TrainedTokenTypes <= TokenTypes), nameof(TrainedTokenTypes), TrainedTokenTypes ?? 0, $"must be between 1 and {nameof(BertConfig)}.{nameof(TokenTypes)} ({TokenTypes}), or null");
        Require(HiddenDropout is >= 0 and < 1, nameof(HiddenDropout), HiddenDropout, "must be at least 0 and below 1");
        Require(AttentionDropout is >= 0 and < 1, nameof(AttentionDropout), AttentionDropout, "must be at least 0 and below 1");
        Require(InitializerRange > 0 && double.IsFinite(InitializerRange), nameof(InitializerRange), InitializerRange, "must be positive");
        RequireNamed(nameof(NormPlacement), NormPlacement);
        RequireNamed(nameof(Norm), Norm);
        RequireNamed(nameof(Activation), Activation);
    }

    private static void RequireNamed<T>(string property, T value)
        where T : struct, Enum =>
        Require(Enum.IsDefined(value), property, value, $"must be one of {string.Join(", ", Enum.GetNames<T>())}");

    private static void Require(bool holds, string property, object value, string rule)
    {
        if (!holds)
            throw new ArgumentException($"{nameof(BertConfig)}.{property} is {value}; it {rule}.");
    }
}
