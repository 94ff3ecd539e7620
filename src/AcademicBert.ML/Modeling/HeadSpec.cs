namespace AcademicBert.Modeling;

/// <summary>What sits on top of the encoder.</summary>
internal enum HeadKind
{
    /// <summary>Nothing: hidden states only.</summary>
    None,

    /// <summary>The pooler alone: tanh of a linear layer on the first token.</summary>
    Pooler,

    /// <summary>The masked-language-model head.</summary>
    MaskedLanguageModel,

    /// <summary>The masked-language-model head, and pooler with a linear layer that tells whether the second sentence is of another document.</summary>
    MaskedLanguageModelWithNextSentence,

    /// <summary>Pooler and a linear layer of <see cref="HeadSpec.Outputs"/> numbers.</summary>
    Classifier,

    /// <summary>A linear layer of <see cref="HeadSpec.Outputs"/> numbers on every token.</summary>
    TokenClassifier,
}

/// <summary>A head and its width.</summary>
/// <param name="Kind">The kind of head.</param>
/// <param name="Outputs">Numbers a classifier gives: its classes, or 1 for regression; 0 for the other kinds.</param>
internal readonly record struct HeadSpec(HeadKind Kind, int Outputs = 0)
{
    public static HeadSpec None => new(HeadKind.None);

    public static HeadSpec Pooler => new(HeadKind.Pooler);

    public static HeadSpec MaskedLanguageModel => new(HeadKind.MaskedLanguageModel);

    public static HeadSpec MaskedLanguageModelWithNextSentence => new(HeadKind.MaskedLanguageModelWithNextSentence);

    /// <summary>Whether fine-tuning made it: it predicts a class or a number of a text, or a class of each word.</summary>
    public bool IsFinetuned => Kind is HeadKind.Classifier or HeadKind.TokenClassifier;

    /// <summary>Whether masked tokens can be predicted.</summary>
    public bool PredictsTokens => Kind is HeadKind.MaskedLanguageModel or HeadKind.MaskedLanguageModelWithNextSentence;

    /// <summary>Whether there is a pooler.</summary>
    public bool Pools => Kind is HeadKind.Pooler or HeadKind.Classifier or HeadKind.MaskedLanguageModelWithNextSentence;

    /// <summary>Names of the outputs where there are no others, as Hugging Face names them.</summary>
    public IReadOnlyList<string> DefaultLabels => [.. Enumerable.Range(0, Outputs).Select(output => $"LABEL_{output}")];

    /// <summary>What it is, for messages.</summary>
    public override string ToString() => Kind switch
    {
        HeadKind.None => "no head",
        HeadKind.Pooler => "a pooler alone",
        HeadKind.MaskedLanguageModel => "a head that predicts masked words",
        HeadKind.MaskedLanguageModelWithNextSentence => "heads that predict masked words and next sentences",
        HeadKind.Classifier => $"a head of {Outputs} numbers for a text",
        _ => $"a head of {Outputs} numbers for each word",
    };

    public static HeadSpec Classifier(int outputs)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(outputs, 1);
        return new(HeadKind.Classifier, outputs);
    }

    public static HeadSpec TokenClassifier(int outputs)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(outputs, 1);
        return new(HeadKind.TokenClassifier, outputs);
    }
}
