using System.Runtime.InteropServices;
using AcademicBert.Tokenization;

namespace AcademicBert.Scoring;

/// <summary>One sentence or a pair as the encoder reads it.</summary>
/// <param name="Ids">Token ids, [CLS] and [SEP] included, without padding.</param>
/// <param name="SecondStart">Where the second sentence starts; the length of <paramref name="Ids"/> if there is none.</param>
internal readonly record struct EncodedInput(int[] Ids, int SecondStart)
{
    /// <summary>Number of tokens.</summary>
    public int Length => Ids.Length;

    /// <summary>Tokenizes a sentence or a pair; what is too long is truncated, the longer sentence first.</summary>
    public static EncodedInput Of(BertWordPieceTokenizer tokenizer, ReadOnlyMemory<char> first, ReadOnlyMemory<char>? second, int maxLength)
    {
        List<int> ids = [], types = [];
        tokenizer.EncodeInput(first.ToString(), second?.ToString(), maxLength, ids, types);
        int secondStart = types.IndexOf(1);
        return new EncodedInput([.. CollectionsMarshal.AsSpan(ids)], secondStart < 0 ? ids.Count : secondStart);
    }
}
