using AcademicBert.Tokenization;

namespace AcademicBert.Scoring;

/// <summary>A text as its words, and where each begins among the tokens: labels of words are learnt and read at their first token.</summary>
/// <param name="Input">What the encoder reads: the same ids as of the whole text.</param>
/// <param name="Words">The words: what stands between white space.</param>
/// <param name="FirstTokens">The first token of each word; -1 where the text was truncated before it, or where nothing is left of the word.</param>
internal sealed record EncodedWords(EncodedInput Input, string[] Words, int[] FirstTokens)
{
    /// <summary>Cuts a text into words and tokenizes them.</summary>
    public static EncodedWords Of(BertWordPieceTokenizer tokenizer, string text, int maxLength)
    {
        string[] words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        int[] firstTokens = new int[words.Length];
        List<int> ids = [tokenizer.Vocabulary.ClassificationId];
        for (int word = 0; word < words.Length; word++)
        {
            int before = ids.Count;
            tokenizer.AppendIds(words[word], ids);
            firstTokens[word] = ids.Count > before && before < maxLength - 1 ? before : -1;
        }

        if (ids.Count > maxLength - 1)
            ids.RemoveRange(maxLength - 1, ids.Count - (maxLength - 1));
        ids.Add(tokenizer.Vocabulary.SeparatorId);
        return new EncodedWords(new EncodedInput([.. ids], ids.Count), words, firstTokens);
    }
}
