namespace AcademicBert.Tokenization;

/// <summary>How well a vocabulary covers the text it was trained from.</summary>
/// <param name="Words">Words of the text, repetitions counted; a punctuation mark is a word.</param>
/// <param name="UniqueWords">Different words.</param>
/// <param name="WholeWords">Words, repetitions counted, that are one piece of the vocabulary.</param>
/// <param name="UnknownWords">Words, repetitions counted, that become [UNK], because they have a character that is not in the alphabet or are too long.</param>
public readonly record struct VocabularyCoverage(long Words, long UniqueWords, long WholeWords, long UnknownWords)
{
    /// <summary>Share of the words that are one piece.</summary>
    public double WholeWordShare => Words == 0 ? 0 : (double)WholeWords / Words;

    /// <summary>Share of the words that become [UNK].</summary>
    public double UnknownShare => Words == 0 ? 0 : (double)UnknownWords / Words;
}
