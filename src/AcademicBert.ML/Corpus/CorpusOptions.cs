using System.ComponentModel;

namespace AcademicBert.Corpus;

/// <summary>How documents become samples.</summary>
public enum PackingMode
{
    /// <summary>
    /// The paper's: whole sentences of one document, as many as fit. Only a sentence longer than a sample is cut, and
    /// the rest of it starts the next sample.
    /// </summary>
    Sentences,

    /// <summary>
    /// The original BERT's: two parts of whole sentences of one document, [SEP] between them. Training replaces the second part by one of
    /// another document in half of the cases, and learns to tell which (next-sentence prediction).
    /// </summary>
    SentencePairs,

    /// <summary>Every sample filled to the last slot, across sentences and documents, with [SEP] between documents.</summary>
    Full,
}

/// <summary>How a corpus is prepared for pretraining.</summary>
public sealed record CorpusOptions
{
    internal const int LongestSequence = 8192;

    /// <summary>Length of a sample in tokens, [CLS] and [SEP] counted. Default 128 (the paper).</summary>
    public int SequenceLength { get; init; } = 128;

    /// <summary>
    /// Share of the documents held out for validation, chosen by a hash of their content: independent of length and order,
    /// and unchanged for a document when others are added. Default 0.005 (the paper). When the corpus is so small that none
    /// would be held out, the document with the smallest hash is. 0 makes an empty validation store.
    /// </summary>
    [Category("Options")]
    public double HeldOutFraction { get; init; } = 0.005;

    /// <summary>How documents become samples. Default: whole sentences.</summary>
    public PackingMode Packing { get; init; } = PackingMode.Sentences;

    /// <summary>
    /// Probability that a sample is made shorter, its length uniform between 2 tokens and all; drawn for each sample.
    /// Default 0; the reference has 0.1, drawn once a document.
    /// </summary>
    public double ShortSampleProbability { get; init; }

    /// <summary>Seed of the short samples. Default 0.</summary>
    public ulong Seed { get; init; }

    /// <summary>Leaves out documents whose text was seen before, character by character. Takes 16 bytes of memory a document. Default false.</summary>
    public bool RemoveDuplicates { get; init; }

    /// <summary>Leaves out documents of fewer characters. Default 0.</summary>
    public int MinDocumentLength { get; init; }

    /// <summary>Leaves out documents of more characters. Default: no limit.</summary>
    public int MaxDocumentLength { get; init; } = int.MaxValue;

    /// <summary>Number of threads that split and tokenize. Default 0: one for each processor. The result does not depend on it.</summary>
    public int Threads { get; init; }

    /// <summary>Replaces a corpus that is already in the folder. Default false: that is an error.</summary>
    public bool Overwrite { get; init; }

    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public void Validate()
    {
        Require(SequenceLength is >= 8 and <= LongestSequence, nameof(SequenceLength), SequenceLength, $"must be between 8 and {LongestSequence}, e.g. 128");
        Require(HeldOutFraction is >= 0 and <= 0.5, nameof(HeldOutFraction), HeldOutFraction, "must be between 0 and 0.5, e.g. 0.005");
        Require(Enum.IsDefined(Packing), nameof(Packing), Packing, "must be Sentences, SentencePairs or Full");
        Require(ShortSampleProbability is >= 0 and <= 1, nameof(ShortSampleProbability), ShortSampleProbability, "must be between 0 and 1");
        Require(MinDocumentLength >= 0, nameof(MinDocumentLength), MinDocumentLength, "must not be negative");
        Require(MaxDocumentLength >= MinDocumentLength && MaxDocumentLength > 0, nameof(MaxDocumentLength), MaxDocumentLength, $"must be positive and at least {nameof(MinDocumentLength)}");
        Require(Threads is >= 0 and <= 1024, nameof(Threads), Threads, "must be between 1 and 1024, or 0 for all processors");
    }

    private static void Require(bool holds, string option, object? value, string rule)
    {
        if (!holds)
            throw new ArgumentException($"{nameof(CorpusOptions)}.{option} {rule}; it is {value}.", option);
    }
}
