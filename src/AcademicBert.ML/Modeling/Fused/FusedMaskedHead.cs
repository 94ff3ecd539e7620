using AcademicBert.Native;
using AcademicBert.Native.Cuda;
using static TorchSharp.torch;

namespace AcademicBert.Modeling.Fused;

/// <summary>The masked-language-model head with its loss: forward and backward in one go, over the masked tokens only.</summary>
internal sealed class FusedMaskedHead : IDisposable
{
    // Logits are as wide as the vocabulary: a part of the rows at a time keeps them in the cache of a CPU, and small enough for a GPU, which
    // wants large matrices.
    private const int RowsOnCpu = 1024, RowsOnGpu = 8192;

    // Memory stays taken, megabytes of it, for each number of rows that libtorch has multiplied, and hardly two steps mask as many tokens:
    // rows of zeros fill up to the next multiple.
    private const int RowsOfProduct = 16;

    private readonly BertConfig _config;
    private readonly FusedEncoder _encoder;
    private readonly IKernels _kernels;
    private readonly ElementType _type;
    private readonly FlatParameters _parameters;
    private readonly WeightMatrix _transform, _words;
    private readonly NormPointers _norm, _normGradient;
    private readonly Dictionary<(long Begin, long Rows), MaskedChunkViews> _views = [];
    private readonly Buffer _gathered, _transformed, _activated, _normed, _logits, _gradient, _gatheredGradient;
    private readonly Buffer _sum, _statistics, _losses, _sums, _lossSum;
    private readonly int _rowsAtATime;

    public FusedMaskedHead(BertConfig config, FusedEncoder encoder)
    {
        (_config, _encoder, _kernels, _type, _parameters) = (config, encoder, encoder.Kernels, encoder.Type, encoder.Parameters.Parameters);
        _transform = new WeightMatrix(encoder.Parameters, _kernels, encoder.Shared.WeightScratch, ParameterNames.Weight(ParameterNames.Transform), config.HiddenSize, config.HiddenSize);
        _words = new WeightMatrix(encoder.Parameters, _kernels, encoder.Shared.WeightScratch, ParameterNames.Decoder(config), config.PaddedVocabularySize, config.HiddenSize);
        bool rootMeanSquare = config.Norm == NormKind.RmsNorm;
        string weight = rootMeanSquare ? ParameterNames.TransformNorm + ".scale" : ParameterNames.Weight(ParameterNames.TransformNorm), shift = ParameterNames.Bias(ParameterNames.TransformNorm);
        _norm = new NormPointers(_parameters.ValueAddress(weight), rootMeanSquare ? 0 : _parameters.ValueAddress(shift), rootMeanSquare);
        _normGradient = new NormPointers(_parameters.GradientAddress(weight), rootMeanSquare ? 0 : _parameters.GradientAddress(shift), rootMeanSquare);
        _rowsAtATime = _kernels is CudaKernels ? RowsOnGpu : RowsOnCpu;
        (_gathered, _transformed, _activated, _normed) = (Of(_type), Of(_type), Of(_type), Of(_type));
        (_logits, _gradient, _gatheredGradient) = (Of(_type), Of(_type), Of(_type));
        (_sum, _statistics, _losses, _sums, _lossSum) = (Of(ElementType.Float32), Of(ElementType.Float32), Of(ElementType.Float32), Of(ElementType.Float32), Of(ElementType.Float32));
        _lossSum.Require(sizeof(double) / sizeof(float));
        _kernels.Clear(_lossSum.Address, sizeof(double));

        Buffer Of(ElementType type) => new(type, _parameters.Values.device);
    }

    /// <summary>Losses -log p of the masked tokens, which <see cref="TakeLossSum"/> gives; parameter gradients are added to, and the encoder's result gets its gradient.</summary>
    /// <param name="hidden_RH">The encoder's result.</param>
    /// <param name="positions">Address of row * S + column of each masked token, int32.</param>
    /// <param name="ids">Address of the original ids there, int32.</param>
    /// <param name="count">Number of masked tokens.</param>
    /// <param name="rows">Rows of the encoder's result.</param>
    public void LossAndGradients(Buffer hidden_RH, nint positions, nint ids, long count, long rows)
    {
        using IDisposable frozen = no_grad();
        long hidden = _config.HiddenSize;
        Reserve(count);
        _kernels.GatherRows(_type, hidden_RH.Address, positions, _gathered.Address, count, hidden);
        for (long begin = 0; begin < count; begin += _rowsAtATime)
            Chunk(begin, Math.Min(_rowsAtATime, count - begin), ids + (nint)begin * sizeof(int));
        _kernels.ScatterRows(_type, _gatheredGradient.Address, positions, _encoder.Shared.InputGradient.Address, count, rows, hidden);
    }

    /// <summary>Sum of the losses since it was last taken; waits for the device.</summary>
    public unsafe double TakeLossSum()
    {
        double sum;
        _kernels.CopyToHost(_lossSum.Address, (nint)(&sum), sizeof(double));
        _kernels.Clear(_lossSum.Address, sizeof(double));
        return sum;
    }

    /// <summary>Gives back the memory of batches, with the sum of their losses.</summary>
    public void ReleaseMemory()
    {
        ForgetViews();
        foreach ((Buffer buffer, _) in Sizes(1))
            buffer.Release();
        _kernels.Clear(_lossSum.Address, sizeof(double));
    }

    /// <summary>Bytes of memory for a number of masked tokens.</summary>
    public long BytesFor(long count) => Sizes(count).Sum(size => size.Buffer.BytesOf(size.Count));

    public void Dispose()
    {
        ForgetViews();
        foreach (IDisposable part in (IDisposable[])[_transform, _words, _gathered, _transformed, _activated, _normed, _logits, _gradient, _gatheredGradient, _sum, _statistics, _losses, _sums, _lossSum])
            part.Dispose();
    }

    private void Reserve(long count)
    {
        Buffer.RequireAll(Sizes(count), ForgetViews);
    }

    private (Buffer Buffer, long Count)[] Sizes(long count)
    {
        long filled = Filled(count), chunk = Math.Min(filled, _rowsAtATime), hidden = _config.HiddenSize, words = _config.PaddedVocabularySize;
        return
        [
            (_gathered, filled * hidden), (_gatheredGradient, filled * hidden), (_transformed, chunk * hidden), (_activated, chunk * hidden), (_normed, chunk * hidden), (_gradient, chunk * hidden),
            (_logits, chunk * words), (_sum, chunk * hidden), (_statistics, chunk * 2), (_losses, chunk), (_sums, Math.Max(3 * hidden * _kernels.Chunks(hidden), words * _kernels.Chunks(words))),
        ];
    }

    private void ForgetViews()
    {
        foreach (MaskedChunkViews views in _views.Values)
            views.Dispose();
        _views.Clear();
    }

    private void Chunk(long begin, long rows, nint ids)
    {
        long hidden = _config.HiddenSize, filled = Filled(rows);
        var block = new RowBlock(rows, hidden, rows);
        string transformBias = ParameterNames.Bias(ParameterNames.Transform);
        if (!_views.TryGetValue((begin, filled), out MaskedChunkViews? views))
            _views.Add((begin, filled), views = new MaskedChunkViews(this, begin, filled));
        // What is made of zeros is zero: so are the logits behind them, and all gradients.
        Clear(_gathered, begin + rows, filled - rows);
        Clear(_normed, rows, filled - rows);

        _transform.Forward(views.Gathered, views.Transformed);
        _kernels.BiasGeluForward(_type, _transformed.Address, _parameters.ValueAddress(transformBias), _activated.Address, rows, hidden);
        _kernels.ResidualNormForward(_type, _activated.Address, 0, 0, _sum.Address, _norm, _normed.Address, 0, _statistics.Address, block, DropoutDecisions.None);
        _words.Forward(views.Normed, views.Logits);
        _kernels.CrossEntropy(
            _type, _logits.Address, _config.MlmOutputBias ? _parameters.ValueAddress(ParameterNames.OutputBias) : 0, ids, _losses.Address, rows, _config.VocabularySize, _config.PaddedVocabularySize,
            _parameters.LossScale.Factor);
        _kernels.AddLosses(_losses.Address, _lossSum.Address, rows);

        if (_config.MlmOutputBias)
            _kernels.ColumnSum(_type, _logits.Address, _parameters.GradientAddress(ParameterNames.OutputBias), _sums.Address, rows, _config.VocabularySize, _config.PaddedVocabularySize);
        _words.Backward(views.Logits, views.LogitsTransposed, views.Normed, views.Gradient);
        _kernels.ResidualNormBackward(
            _type, _gradient.Address, 0, _sum.Address, _statistics.Address, _norm, _sum.Address, false, _gradient.Address, 0, _normGradient, _sums.Address, block, DropoutDecisions.None);
        _kernels.BiasGeluBackward(_type, _gradient.Address, _transformed.Address, _parameters.ValueAddress(transformBias), _gradient.Address, _parameters.GradientAddress(transformBias), _sums.Address, rows, hidden);
        _transform.Backward(views.Gradient, views.GradientTransposed, views.Gathered, views.GatheredGradient);
    }

    private void Clear(Buffer buffer, long row, long count)
    {
        if (count > 0)
            _kernels.Clear(buffer.Address + (nint)buffer.BytesOf(row * _config.HiddenSize), buffer.BytesOf(count * _config.HiddenSize));
    }

    private static long Filled(long rows) => (rows + RowsOfProduct - 1) / RowsOfProduct * RowsOfProduct;

    /// <summary>The operands of the head's matrix products, for one number of rows.</summary>
    private sealed class MaskedChunkViews : IDisposable
    {
        public MaskedChunkViews(FusedMaskedHead head, long begin, long rows)
        {
            long hidden = head._config.HiddenSize;
            Gathered = head._gathered.ViewAt(begin * hidden, rows, hidden);
            GatheredGradient = head._gatheredGradient.ViewAt(begin * hidden, rows, hidden);
            Transformed = head._transformed.View(rows, hidden);
            Normed = head._normed.View(rows, hidden);
            Gradient = head._gradient.View(rows, hidden);
            Logits = head._logits.View(rows, head._config.PaddedVocabularySize);
            GradientTransposed = Gradient.t().DetachFromDisposeScope();
            LogitsTransposed = Logits.t().DetachFromDisposeScope();
        }

        public Tensor Gathered { get; }

        public Tensor GatheredGradient { get; }

        public Tensor Transformed { get; }

        public Tensor Normed { get; }

        public Tensor Gradient { get; }

        public Tensor GradientTransposed { get; }

        public Tensor Logits { get; }

        public Tensor LogitsTransposed { get; }

        public void Dispose()
        {
            foreach (Tensor view in (Tensor[])[Gathered, GatheredGradient, Transformed, Normed, Gradient, GradientTransposed, Logits, LogitsTransposed])
                view.Dispose();
        }
    }
}
