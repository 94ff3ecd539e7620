using System.Text;
using AcademicBert.ML.Hosting;
using AcademicBert.Modeling;
using AcademicBert.Tokenization;
using AcademicBert.Training;
using Microsoft.ML;
using Microsoft.ML.Data;
using static TorchSharp.torch;

namespace AcademicBert.Scoring;

/// <summary>Reads texts with [MASK], and predicts the words of all of them together.</summary>
internal sealed class FillMaskScorer(PretrainedBert bert, TextColumns columns, int count, DataViewRow input) : IBatchScorer
{
    private readonly TextColumns.Reader _reader = columns.Open(input);
    private readonly ValueGetter<ReadOnlyMemory<char>> _readText = input.GetGetter<ReadOnlyMemory<char>>(input.Schema[columns.First]);
    private readonly List<EncodedInput> _inputs = [];
    private readonly List<string> _texts = [];
    private Guess[][] _guesses = [];

    /// <summary>A word and its probability.</summary>
    private readonly record struct Guess(int Id, float Probability);

    public void Clear()
    {
        _inputs.Clear();
        _texts.Clear();
    }

    public void Add()
    {
        ReadOnlyMemory<char> text = default;
        _readText(ref text);
        _texts.Add(text.ToString());
        _inputs.Add(_reader.Read());
    }

    public void Score()
    {
        int mask = bert.Tokenizer.Vocabulary.MaskId;
        float[][] found = BatchedInference.Run(_inputs, bert.Model, bert.Tokenizer.Vocabulary.PadId, Predict);
        // A row has as much room as the one with the most masks that it was computed with.
        _guesses = [.. found.Select((row, i) => Enumerable.Range(0, _inputs[i].Ids.Count(id => id == mask) * count).Select(at => new Guess((int)row[2 * at], row[2 * at + 1])).ToArray())];
    }

    public Delegate MakeGetter(int output, Func<int> row) => output switch
    {
        0 => (ValueGetter<ReadOnlyMemory<char>>)((ref ReadOnlyMemory<char> value) => value = Filled(row()).AsMemory()),
        1 => Vector(row, guess => bert.Tokenizer.Vocabulary[guess.Id].AsMemory()),
        _ => Vector(row, guess => guess.Probability),
    };

    public void Dispose()
    {
        // The model is the transformer's.
    }

    /// <summary>For each row its masks in order, for each mask the best words, for each word id and probability, (B, M * count * 2).</summary>
    private Tensor Predict(EncoderInput batch)
    {
        Tensor masked_BS = batch.InputIds.eq(bert.Tokenizer.Vocabulary.MaskId);
        Tensor places_N2 = masked_BS.nonzero();
        long rows = batch.InputIds.shape[0], length = batch.InputIds.shape[1], most = masked_BS.sum(1).max().item<long>();
        Tensor results_BMC2 = zeros(rows, most, count, 2, device: batch.InputIds.device);
        if (most == 0)
            return results_BMC2.reshape(rows, 0);
        Tensor row_N = places_N2.select(1, 0), column_N = places_N2.select(1, 1);
        Tensor ordinal_N = (masked_BS.to(int64).cumsum(1) - 1).index([row_N, column_N]);
        // Words that are not of the vocabulary have embeddings only to fill them up.
        Tensor logits_NV = bert.Model.MaskedLogits(bert.Model.Encode(batch), row_N * length + column_N).narrow(1, 0, bert.Tokenizer.Vocabulary.Count);
        (Tensor best_NC, Tensor ids_NC) = logits_NV.softmax(-1).topk(count, -1);
        results_BMC2.index_put_(stack([ids_NC.to(float32), best_NC], -1), [TensorIndex.Tensor(row_N), TensorIndex.Tensor(ordinal_N)]);
        return results_BMC2.reshape(rows, -1);
    }

    private string Filled(int row)
    {
        string text = _texts[row];
        Guess[] guesses = _guesses[row];
        var filled = new StringBuilder(text.Length);
        int from = 0;
        for (int at = 0; at < guesses.Length; at += count)
        {
            int mask = text.IndexOf(Vocabulary.Mask, from, StringComparison.Ordinal);
            if (mask < 0)
                break;
            string word = bert.Tokenizer.Vocabulary[guesses[at].Id];
            ReadOnlySpan<char> before = text.AsSpan(from, mask - from);
            bool continues = word.StartsWith(Vocabulary.ContinuationPrefix, StringComparison.Ordinal);
            filled.Append(continues ? before.TrimEnd() : before).Append(continues ? word.AsSpan(Vocabulary.ContinuationPrefix.Length) : word);
            from = mask + Vocabulary.Mask.Length;
        }

        return filled.Append(text, from, text.Length - from).ToString();
    }

    private ValueGetter<VBuffer<T>> Vector<T>(Func<int> row, Func<Guess, T> select) => (ref VBuffer<T> value) =>
    {
        Guess[] guesses = _guesses[row()];
        VBufferEditor<T> editor = VBufferEditor.Create(ref value, guesses.Length);
        for (int i = 0; i < guesses.Length; i++)
            editor.Values[i] = select(guesses[i]);
        value = editor.Commit();
    };
}
