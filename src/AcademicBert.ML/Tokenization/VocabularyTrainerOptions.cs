namespace AcademicBert.Tokenization;

/// <summary>How a vocabulary is made from text.</summary>
public sealed record VocabularyTrainerOptions
{
    /// <summary>Most words the vocabulary has, special ones included. Default 30,522, as in BERT.</summary>
    public int Size { get; init; } = 30522;

    /// <summary>A pair of pieces is merged only when it stands at least this often in the text. Default 2.</summary>
    public int MinFrequency { get; init; } = 2;

    /// <summary>Most different characters; words with rarer ones are left out of training and become [UNK]. Default 1,000.</summary>
    public int AlphabetLimit { get; init; } = 1000;

    /// <summary>How text is normalized. Default: uncased.</summary>
    public BertTokenizationOptions Tokenization { get; init; } = new();

    /// <summary>Threads that count words; the result does not depend on it. Default: all processors.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Throws an <see cref="ArgumentException"/> that names the offending option.</summary>
    public void Validate()
    {
        Require(Size >= 16, nameof(Size), Size, "at least 16");
        Require(MinFrequency >= 1, nameof(MinFrequency), MinFrequency, "at least 1");
        Require(AlphabetLimit >= 1, nameof(AlphabetLimit), AlphabetLimit, "at least 1");
        Require(Threads >= 1, nameof(Threads), Threads, "at least 1");
    }

    private static void Require(bool holds, string option, int value, string rule)
    {
        if (!holds)
            throw new ArgumentException($"{nameof(VocabularyTrainerOptions)}.{option} is {value}; it must be {rule}.");
    }
}
