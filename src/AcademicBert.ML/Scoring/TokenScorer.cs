using AcademicBert.ML.Hosting;
using AcademicBert.Modeling;
using AcademicBert.Training;
using Microsoft.ML;
using Microsoft.ML.Data;
using static TorchSharp.torch;

namespace AcademicBert.Scoring;

/// <summary>Reads texts, and labels the words of all of them together.</summary>
internal sealed class TokenScorer(PretrainedBert bert, DataViewRow input, BertTokenClassificationColumns columns) : IBatchScorer
{
    private readonly ValueGetter<ReadOnlyMemory<char>> _read = input.GetGetter<ReadOnlyMemory<char>>(input.Schema[columns.Sentence]);
    private readonly List<EncodedWords> _texts = [];
    private float[][] _labels = [];

    public void Clear() => _texts.Clear();

    public void Add()
    {
        ReadOnlyMemory<char> text = default;
        _read(ref text);
        _texts.Add(EncodedWords.Of(bert.Tokenizer, text.ToString(), columns.MaxLength > 0 ? columns.MaxLength : bert.Config.MaxPositions));
    }

    public void Score() => _labels = BatchedInference.Run([.. _texts.Select(text => text.Input)], bert.Model, bert.Tokenizer.Vocabulary.PadId, Label);

    public Delegate MakeGetter(int output, Func<int> row) => output switch
    {
        0 => Vector(row, (label, _) => label < 0 ? 0u : (uint)label + 1),
        1 => Vector(row, (_, probability) => probability),
        _ => (ValueGetter<VBuffer<ReadOnlyMemory<char>>>)((ref VBuffer<ReadOnlyMemory<char>> value) =>
        {
            string[] words = _texts[row()].Words;
            VBufferEditor<ReadOnlyMemory<char>> editor = VBufferEditor.Create(ref value, words.Length);
            for (int word = 0; word < words.Length; word++)
                editor.Values[word] = words[word].AsMemory();
            value = editor.Commit();
        }),
    };

    public void Dispose()
    {
        // The model is the transformer's.
    }

    /// <summary>For each token the most probable label and its probability, (B, S * 2).</summary>
    private Tensor Label(EncoderInput batch)
    {
        (Tensor probability_BS, Tensor label_BS) = bert.Model.ClassifyTokens(bert.Model.Encode(batch)).softmax(-1).max(-1);
        return stack([label_BS.to(float32), probability_BS], -1).reshape(batch.InputIds.shape[0], -1);
    }

    /// <summary>A value for each word, from its label (-1 where it has none) and the label's probability.</summary>
    private ValueGetter<VBuffer<T>> Vector<T>(Func<int> row, Func<int, float, T> select) => (ref VBuffer<T> value) =>
    {
        int[] firstTokens = _texts[row()].FirstTokens;
        float[] labels = _labels[row()];
        VBufferEditor<T> editor = VBufferEditor.Create(ref value, firstTokens.Length);
        for (int word = 0; word < firstTokens.Length; word++)
            editor.Values[word] = firstTokens[word] is var token && token < 0 ? select(-1, 0) : select((int)labels[2 * token], labels[2 * token + 1]);
        value = editor.Commit();
    };
}
