namespace AcademicBert.Masking;

/// <summary>What is masked together.</summary>
public enum MaskingUnit
{
    /// <summary>Every token by itself (the paper).</summary>
    Token,

    /// <summary>All word pieces of a word together.</summary>
    WholeWord,

    /// <summary>Runs of whole words, their number drawn from a geometric distribution (SpanBERT, Joshi et al. 2020).</summary>
    Span,
}

/// <summary>How tokens are masked for masked-language-model training.</summary>
public sealed record MaskingOptions
{
    /// <summary>Share of the tokens of a sample, [CLS] and [SEP] counted, that is to be predicted. Default 0.15; later work uses up to 0.4.</summary>
    public double MaskRate { get; init; } = 0.15;

    /// <summary>
    /// Largest number of predictions in a sample. Default null: MaskRate × the sample's length, rounded up, which is 20
    /// for 128 tokens and never cuts anything. Set it to 20 to get the reference's counts for longer samples too.
    /// </summary>
    public int? MaxPredictions { get; init; }

    /// <summary>Share of the chosen tokens that is replaced by [MASK]. Default 0.8.</summary>
    public double MaskTokenShare { get; init; } = 0.8;

    /// <summary>Share of the chosen tokens that is replaced by a random word of the vocabulary; the rest stays as it is. Default 0.1.</summary>
    public double RandomTokenShare { get; init; } = 0.1;

    /// <summary>What is masked together. Default: every token by itself.</summary>
    public MaskingUnit Unit { get; init; } = MaskingUnit.Token;

    /// <summary>Probability that a span ends after each word, for <see cref="MaskingUnit.Span"/>. Default 0.2.</summary>
    public double SpanEndProbability { get; init; } = 0.2;

    /// <summary>Most words in a span, for <see cref="MaskingUnit.Span"/>. Default 10.</summary>
    public int MaxSpanWords { get; init; } = 10;

    /// <summary>
    /// Draws random replacements from the entire vocabulary, special tokens included, as the paper's repository does.
    /// Default false: ordinary words only.
    /// </summary>
    public bool ReferenceCompatible { get; init; }

    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public void Validate()
    {
        Require(MaskRate is > 0 and < 1, nameof(MaskRate), MaskRate, "must be above 0 and below 1, e.g. 0.15");
        Require(MaxPredictions is null or >= 1, nameof(MaxPredictions), MaxPredictions, "must be at least 1, or left out for no limit");
        Require(MaskTokenShare is >= 0 and <= 1, nameof(MaskTokenShare), MaskTokenShare, "must be between 0 and 1, e.g. 0.8");
        Require(RandomTokenShare is >= 0 and <= 1, nameof(RandomTokenShare), RandomTokenShare, "must be between 0 and 1, e.g. 0.1");
        Require(MaskTokenShare + RandomTokenShare <= 1 + 1e-9, nameof(RandomTokenShare), RandomTokenShare, $"and {nameof(MaskTokenShare)} must add up to 1 at most");
        Require(Enum.IsDefined(Unit), nameof(Unit), Unit, "must be Token, WholeWord or Span");
        Require(SpanEndProbability is > 0 and <= 1, nameof(SpanEndProbability), SpanEndProbability, "must be above 0 and at most 1, e.g. 0.2");
        Require(MaxSpanWords is >= 1 and <= 256, nameof(MaxSpanWords), MaxSpanWords, "must be between 1 and 256, e.g. 10");
    }

    /// <summary>
    /// Number of tokens to predict in a sample of <paramref name="length"/> tokens, delimiters counted: MaskRate × length
    /// rounded half to even, at least 1, at most <see cref="MaxPredictions"/> (paper's repository, masking rule).
    /// </summary>
    public int PredictionCount(int length)
    {
        int count = Math.Max(1, (int)Math.Round(length * MaskRate, MidpointRounding.ToEven));
        return MaxPredictions is { } limit ? Math.Min(count, limit) : count;
    }

    private static void Require(bool holds, string option, object? value, string rule)
    {
        if (!holds)
            throw new ArgumentException($"{nameof(MaskingOptions)}.{option} {rule}; it is {value}.", option);
    }
}
