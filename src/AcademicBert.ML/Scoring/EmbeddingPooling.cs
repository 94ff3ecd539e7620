namespace AcademicBert.Scoring;

/// <summary>How one vector is made of a sentence's tokens.</summary>
public enum EmbeddingPooling
{
    /// <summary>The mean of the last hidden states over the tokens, [CLS] and [SEP] included.</summary>
    Mean,

    /// <summary>The last hidden state of [CLS].</summary>
    Cls,

    /// <summary>The pooler's output: tanh of a linear layer on [CLS]. Only for models that have one.</summary>
    Pooler,
}
