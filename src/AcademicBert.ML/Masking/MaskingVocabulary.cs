using AcademicBert.Tokenization;

namespace AcademicBert.Masking;

/// <summary>What masking has to know of a vocabulary, laid out for the inner loop.</summary>
internal sealed class MaskingVocabulary
{
    public MaskingVocabulary(Vocabulary vocabulary)
    {
        PadId = vocabulary.PadId;
        ClassificationId = vocabulary.ClassificationId;
        SeparatorId = vocabulary.SeparatorId;
        MaskId = vocabulary.MaskId;
        OrdinaryIds = [.. Enumerable.Range(0, vocabulary.Count).Where(id => !vocabulary.IsSpecial(id))];
        AllIds = [.. Enumerable.Range(0, vocabulary.Count)];
        Continues = [.. Enumerable.Range(0, vocabulary.Count).Select(id => vocabulary[id].StartsWith("##", StringComparison.Ordinal))];
        if (OrdinaryIds.Length == 0)
            throw new ArgumentException("The vocabulary has special words only; masking needs ordinary words as replacements.", nameof(vocabulary));
    }

    public int PadId { get; }

    public int ClassificationId { get; }

    public int SeparatorId { get; }

    public int MaskId { get; }

    /// <summary>Every id that is neither one of the five special words nor [unusedN].</summary>
    public int[] OrdinaryIds { get; }

    public int[] AllIds { get; }

    /// <summary>Whether an id continues the word before it ("##ing").</summary>
    public bool[] Continues { get; }

    public bool IsDelimiter(int id) => id == ClassificationId || id == SeparatorId;
}
