using AcademicBert.Scoring;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace AcademicBert.Finetuning;

/// <summary>Reads a text and the keys of its words: each is the target at the first token of its word.</summary>
internal static class WordTargets
{
    /// <summary>Starts to read from a row or cursor.</summary>
    /// <exception cref="InvalidDataException">A row has not a label for each word; the message names it and says both counts.</exception>
    public static Func<(LabelledExample Row, int Missing)> Open(DataViewRow row, DataViewSchema.Column labels, TextColumns text) => ((VectorDataViewType)labels.Type).ItemType.RawType switch
    {
        Type type when type == typeof(byte) => Read<byte>(row, labels, text, key => key),
        Type type when type == typeof(ushort) => Read<ushort>(row, labels, text, key => key),
        Type type when type == typeof(uint) => Read<uint>(row, labels, text, key => key),
        _ => Read<ulong>(row, labels, text, key => key),
    };

    private static Func<(LabelledExample Row, int Missing)> Read<T>(DataViewRow row, DataViewSchema.Column labels, TextColumns text, Func<T, ulong> convert)
    {
        ValueGetter<VBuffer<T>> readLabels = row.GetGetter<VBuffer<T>>(labels);
        ValueGetter<ReadOnlyMemory<char>> readText = row.GetGetter<ReadOnlyMemory<char>>(row.Schema[text.First]);
        return () =>
        {
            VBuffer<T> keys = default;
            ReadOnlyMemory<char> sentence = default;
            readLabels(ref keys);
            readText(ref sentence);
            EncodedWords words = EncodedWords.Of(text.Tokenizer, sentence.ToString(), text.MaxLength);
            if (keys.Length != words.Words.Length)
                throw new InvalidDataException(
                    $"Row {row.Position + 1} has {words.Words.Length} words in '{text.First}' and {keys.Length} labels in '{labels.Name}'; it needs a label for each word, which is what stands between white space.");
            (ulong Key, int Token)[] all = [.. keys.DenseValues().Zip(words.FirstTokens, (key, token) => (convert(key), token))];
            (ulong Key, int Token)[] known = [.. all.Where(word => word.Key > 0 && word.Token >= 0)];
            return (new LabelledExample(words.Input, [.. known.Select(word => (float)(word.Key - 1))], [.. known.Select(word => word.Token)]), all.Count(word => word.Key == 0));
        };
    }
}
