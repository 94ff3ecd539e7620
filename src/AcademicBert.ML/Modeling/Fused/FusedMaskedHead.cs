using AcademicBert.Native;
using AcademicBert.Native.Cpu;
using AcademicBert.Tensors;
using static TorchSharp.torch;

namespace AcademicBert.Modeling.Fused;

/// <summary>The masked-language-model head with its loss: forward and backward in one go, over the masked tokens only.</summary>
internal sealed class FusedMaskedHead : IDisposable
{
    // Logits are as wide as the vocabulary: a few hundred rows at a time keep them small.
    private const int RowsAtATime = 1024;

    private readonly BertConfig _config;
    private readonly FusedEncoder _encoder;
    private readonly CpuKernels _kernels;
    private readonly ElementType _type;
    private readonly FlatParameters _parameters;
    private readonly WeightMatrix _transform, _words;
    private readonly NormPointers _norm, _normGradient;
    private readonly Buffer _gathered, _transformed, _activated, _normed, _logits, _gradient, _gatheredGradient;
    private readonly Buffer _sum = new(ElementType.Float32), _statistics = new(ElementType.Float32), _losses = new(ElementType.Float32), _sums = new(ElementType.Float32);

    public FusedMaskedHead(BertConfig config, FusedEncoder encoder)
    {
        (_config, _encoder, _kernels, _type, _parameters) = (config, encoder, encoder.Kernels, encoder.Type, encoder.Parameters.Parameters);
        _transform = new WeightMatrix(encoder.Parameters, _kernels, encoder.Shared.WeightScratch, ParameterNames.Weight(ParameterNames.Transform), config.HiddenSize, config.HiddenSize);
        _words = new WeightMatrix(encoder.Parameters, _kernels, encoder.Shared.WeightScratch, ParameterNames.WordEmbeddings, config.PaddedVocabularySize, config.HiddenSize);
        bool rootMeanSquare = config.Norm == NormKind.RmsNorm;
        string weight = rootMeanSquare ? ParameterNames.TransformNorm + ".scale" : ParameterNames.Weight(ParameterNames.TransformNorm), shift = ParameterNames.Bias(ParameterNames.TransformNorm);
        _norm = new NormPointers(_parameters.ValueAddress(weight), rootMeanSquare ? 0 : _parameters.ValueAddress(shift), rootMeanSquare);
        _normGradient = new NormPointers(_parameters.GradientAddress(weight), rootMeanSquare ? 0 : _parameters.GradientAddress(shift), rootMeanSquare);
        _gathered = new Buffer(_type);
        _transformed = new Buffer(_type);
        _activated = new Buffer(_type);
        _normed = new Buffer(_type);
        _logits = new Buffer(_type);
        _gradient = new Buffer(_type);
        _gatheredGradient = new Buffer(_type);
    }

    /// <summary>Sum of -log p over the masked tokens; parameter gradients are added to, and the encoder's result gets its gradient.</summary>
    /// <param name="hidden_RH">The encoder's result.</param>
    /// <param name="positions_N">row * S + column of each masked token, int32 on the host.</param>
    /// <param name="ids_N">The original ids there, int32 on the host.</param>
    /// <param name="rows">Rows of the encoder's result.</param>
    public double LossAndGradients(Buffer hidden_RH, Tensor positions_N, Tensor ids_N, long rows)
    {
        using IDisposable frozen = no_grad();
        long count = positions_N.numel(), hidden = _config.HiddenSize;
        Reserve(count);
        nint positions = TensorMemory.Pointer(positions_N), ids = TensorMemory.Pointer(ids_N);
        _kernels.GatherRows(_type, hidden_RH.Address, positions, _gathered.Address, count, hidden);
        double loss = 0;
        int size = _type == ElementType.Float32 ? 4 : 2;
        for (long begin = 0; begin < count; begin += RowsAtATime)
            loss += Chunk(begin, Math.Min(RowsAtATime, count - begin), ids + (nint)begin * 4, size);
        _kernels.ScatterRows(_type, _gatheredGradient.Address, positions, _encoder.Shared.InputGradient.Address, count, rows, hidden);
        return loss;
    }

    public void Dispose()
    {
        foreach (IDisposable part in (IDisposable[])[_transform, _words, _gathered, _transformed, _activated, _normed, _logits, _gradient, _gatheredGradient, _sum, _statistics, _losses, _sums])
            part.Dispose();
    }

    private void Reserve(long count)
    {
        long chunk = Math.Min(count, RowsAtATime), hidden = _config.HiddenSize;
        foreach ((Buffer buffer, long needed) in (ReadOnlySpan<(Buffer, long)>)
            [
                (_gathered, count * hidden), (_gatheredGradient, count * hidden), (_transformed, chunk * hidden), (_activated, chunk * hidden), (_normed, chunk * hidden), (_gradient, chunk * hidden),
                (_logits, chunk * _config.PaddedVocabularySize), (_sum, chunk * hidden), (_statistics, chunk * 2), (_losses, chunk), (_sums, (long)CpuKernels.Chunks * Math.Max(3 * hidden, _config.PaddedVocabularySize)),
            ])
            buffer.Require(needed);
    }

    private double Chunk(long begin, long rows, nint ids, int elementSize)
    {
        long hidden = _config.HiddenSize;
        var block = new RowBlock(rows, hidden, rows);
        string transformBias = ParameterNames.Bias(ParameterNames.Transform);
        using Tensor gathered = _gathered.ViewAt(begin * hidden, rows, hidden), gatheredGradient = _gatheredGradient.ViewAt(begin * hidden, rows, hidden);
        using Tensor transformed = _transformed.View(rows, hidden), normed = _normed.View(rows, hidden), gradient = _gradient.View(rows, hidden), logits = _logits.View(rows, _config.PaddedVocabularySize);
        using Tensor gradientTransposed = gradient.t(), logitsTransposed = logits.t();

        _transform.Forward(gathered, transformed);
        _kernels.BiasGeluForward(_type, _transformed.Address, _parameters.ValueAddress(transformBias), _activated.Address, rows, hidden);
        _kernels.ResidualNormForward(_type, _activated.Address, 0, 0, _sum.Address, _norm, _normed.Address, 0, _statistics.Address, block, DropoutDecisions.None);
        _words.Forward(normed, logits);
        double loss = _kernels.CrossEntropy(
            _type, _logits.Address, _config.MlmOutputBias ? _parameters.ValueAddress(ParameterNames.OutputBias) : 0, ids, _losses.Address, rows, _config.VocabularySize, _config.PaddedVocabularySize);

        if (_config.MlmOutputBias)
            _kernels.ColumnSum(_type, _logits.Address, _parameters.GradientAddress(ParameterNames.OutputBias), _sums.Address, rows, _config.VocabularySize, _config.PaddedVocabularySize);
        _words.Backward(logits, logitsTransposed, normed, gradient);
        _kernels.ResidualNormBackward(
            _type, _gradient.Address, 0, _sum.Address, _statistics.Address, _norm, _sum.Address, false, _gradient.Address, 0, _normGradient, _sums.Address, block, DropoutDecisions.None);
        _kernels.BiasGeluBackward(_type, _gradient.Address, _transformed.Address, _parameters.ValueAddress(transformBias), _gradient.Address, _parameters.GradientAddress(transformBias), _sums.Address, rows, hidden);
        _transform.Backward(gradient, gradientTransposed, gathered, gatheredGradient);
        return loss;
    }
}
