using AcademicBert.Modeling;
using AcademicBert.Scoring;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AcademicBert.Benchmarks.Baseline;

/// <summary>A BERT classifier as one writes it in TorchSharp: fp32, its AdamW, inputs padded with a mask.</summary>
internal sealed class TorchSharpClassifier : IDisposable
{
    private const int Classes = 2;

    private readonly TorchSharpEncoder _encoder;
    private readonly Dictionary<string, Tensor> _weights;
    private readonly optim.Optimizer _optimizer;
    private readonly double _dropout;

    public TorchSharpClassifier(BertConfig config)
    {
        _dropout = config.HiddenDropout;
        _encoder = new TorchSharpEncoder(config);
        _encoder.AddLinear("pooler", config.HiddenSize, config.HiddenSize);
        _encoder.AddLinear("classifier", Classes, config.HiddenSize);
        _weights = _encoder.Parameters.ToDictionary(entry => entry.Key, entry => (Tensor)entry.Value);
        _optimizer = optim.AdamW(_encoder.Parameters.Values, 5e-5, weight_decay: 0.1);
    }

    /// <summary>One training step.</summary>
    /// <param name="inputs">The rows.</param>
    /// <param name="targets">Their classes.</param>
    /// <param name="length">What they are padded to; 0: the longest of them.</param>
    public double Step(IReadOnlyList<EncodedInput> inputs, float[] targets, int length)
    {
        using var scope = NewDisposeScope();
        _optimizer.zero_grad();
        Tensor loss = functional.cross_entropy(Logits(inputs, length, training: true), tensor(targets).to(int64));
        loss.backward();
        _optimizer.step();
        return loss.item<float>();
    }

    /// <summary>Class probabilities of rows.</summary>
    /// <param name="inputs">The rows.</param>
    /// <param name="length">What they are padded to; 0: the longest of them.</param>
    public float[] Probabilities(IReadOnlyList<EncodedInput> inputs, int length)
    {
        using IDisposable frozen = no_grad();
        using var scope = NewDisposeScope();
        return functional.softmax(Logits(inputs, length, training: false), 1).data<float>().ToArray();
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        _encoder.Dispose();
    }

    private Tensor Logits(IReadOnlyList<EncodedInput> inputs, int length, bool training)
    {
        length = length > 0 ? length : inputs.Max(input => input.Length);
        var ids = new long[inputs.Count, length];
        var types = new long[inputs.Count, length];
        var mask = new float[inputs.Count, length];
        for (int row = 0; row < inputs.Count; row++)
            for (int i = 0; i < length; i++)
                (ids[row, i], types[row, i], mask[row, i]) = i < inputs[row].Length ? (inputs[row].Ids[i], i >= inputs[row].SecondStart ? 1 : 0, 0) : (0, 0, -1e9f);
        Tensor hidden_BSH = _encoder.Encode(_weights, tensor(ids), tensor(types), tensor(mask).view(inputs.Count, 1, 1, length), training);
        Tensor pooled_BH = TorchSharpEncoder.Linear(_weights, hidden_BSH.select(1, 0), "pooler").tanh();
        return TorchSharpEncoder.Linear(_weights, functional.dropout(pooled_BH, _dropout, training), "classifier");
    }
}
