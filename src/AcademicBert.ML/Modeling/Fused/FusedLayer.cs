using AcademicBert.Native;
using AcademicBert.Tensors;
using static TorchSharp.torch;

namespace AcademicBert.Modeling.Fused;

/// <summary>One encoder layer: matrix products by libtorch, everything between them by fused kernels.</summary>
internal sealed class FusedLayer : IDisposable
{
    private readonly BertConfig _config;
    private readonly IKernels _kernels;
    private readonly ElementType _type;
    private readonly SharedMemory _shared;
    private readonly FlatParameters _parameters;
    private readonly int _layer;
    private readonly bool _recomputes;
    private readonly WeightMatrix _projections, _output, _inner, _outer;

    public FusedLayer(BertConfig config, ComputeParameters parameters, IKernels kernels, SharedMemory shared, int layer, bool recomputes)
    {
        (_config, _kernels, _type, _shared, _parameters, _layer, _recomputes) = (config, kernels, parameters.Type, shared, parameters.Parameters, layer, recomputes);
        _projections = Matrix(ParameterNames.Query(layer), 3 * config.HiddenSize, config.HiddenSize);
        _output = Matrix(ParameterNames.AttentionOutput(layer), config.HiddenSize, config.HiddenSize);
        _inner = Matrix(ParameterNames.Intermediate(layer), config.InnerSize, config.HiddenSize);
        _outer = Matrix(ParameterNames.Output(layer), config.HiddenSize, config.IntermediateSize);

        WeightMatrix Matrix(string dense, long rows, long columns) => new(parameters, kernels, shared.WeightScratch, ParameterNames.Weight(dense), rows, columns);
    }

    /// <summary>From what the layer reads to what the next one does.</summary>
    public void Forward(in LayerPass pass, LayerMemory memory, LayerViews views)
    {
        Attend(pass, memory, views);
        Feed(pass, memory, views);
    }

    /// <summary>
    /// From the gradient of what the next layer reads, in <see cref="SharedMemory.InputGradient"/>, and of the residual stream, in
    /// <see cref="SharedMemory.Stream"/>, to the same of this layer; parameter gradients are added to.
    /// </summary>
    public void Backward(in LayerPass pass, LayerMemory memory, LayerViews views, bool streamHasGradient)
    {
        BackwardNorm(pass, pass.Next.Sum, pass.Next.Statistics, pass.NextNorm, pass.NextNormGradient, ParameterNames.Output(_layer), DropoutSite.FeedForwardOutput, streamHasGradient);
        if (_recomputes)
            Activate(pass, memory, memory.Inner.Address);
        _outer.Backward(views.Output, views.OutputTransposed, views.Activated, views.ActivatedGradient);
        BackwardActivation(pass, memory);
        _inner.Backward(views.InnerGradient, views.InnerGradientTransposed, views.Middle, views.InputGradient);

        BackwardNorm(pass, memory.MiddleSum, memory.MiddleStatistics, pass.MiddleNorm, pass.MiddleNormGradient, ParameterNames.AttentionOutput(_layer), DropoutSite.AttentionOutput, true);
        _output.Backward(views.Output, views.OutputTransposed, views.Context, views.InputGradient);
        BackwardAttention(pass, memory, views);
    }

    public void Dispose()
    {
        foreach (WeightMatrix matrix in (WeightMatrix[])[_projections, _output, _inner, _outer])
            matrix.Dispose();
    }

    private void Attend(in LayerPass pass, LayerMemory memory, LayerViews views)
    {
        using Product projected = _projections.Multiply(views.Input, views.Projections);
        if (pass.FusesAttention)
        {
            _kernels.FusedAttentionForward(
                _type, projected.Address, Value(ParameterNames.Bias(ParameterNames.Query(_layer))), pass.Lengths, memory.Context.Address, memory.Logsums.Address, pass.Attention,
                pass.Dropout(_config.AttentionDropout, _layer, DropoutSite.AttentionProbabilities));
            return;
        }

        _kernels.SplitHeads(_type, projected.Address, Value(ParameterNames.Bias(ParameterNames.Query(_layer))), memory.Heads.Address, pass.Attention);
        bool drops = pass.Drops(_config.AttentionDropout);
        Weigh(pass, memory, views, drops);
        MatrixProduct.BatchInto(views.ContextHeads, drops ? views.Dropped : views.Probabilities, views.Value);
        _kernels.MergeHeads(_type, _shared.ContextHeads.Address, memory.Context.Address, pass.Attention, 1);
    }

    private void Feed(in LayerPass pass, LayerMemory memory, LayerViews views)
    {
        using Product output = _output.Multiply(views.Context, views.Output);
        _kernels.ResidualNormForward(
            _type, output.Address, Value(ParameterNames.Bias(ParameterNames.AttentionOutput(_layer))), pass.Residual, memory.MiddleSum.Address,
            pass.MiddleNorm, memory.Middle.Address, pass.MiddleStream, memory.MiddleStatistics.Address, pass.Block, pass.Dropout(_config.HiddenDropout, _layer, DropoutSite.AttentionOutput));

        using Product inner = _inner.Multiply(views.Middle, views.Inner);
        Activate(pass, memory, inner.Address);
        using Product outer = _outer.Multiply(views.Activated, views.Output);
        _kernels.ResidualNormForward(
            _type, outer.Address, Value(ParameterNames.Bias(ParameterNames.Output(_layer))), pass.MiddleResidual(memory), pass.Next.Sum.Address,
            pass.NextNorm, pass.Next.Normed.Address, pass.NextStream, pass.Next.Statistics.Address, pass.Block, pass.Dropout(_config.HiddenDropout, _layer, DropoutSite.FeedForwardOutput));
    }

    // The feed-forward block's activation.
    private void Activate(in LayerPass pass, LayerMemory memory, nint inner)
    {
        nint bias = Value(ParameterNames.Bias(ParameterNames.Intermediate(_layer)));
        if (_config.GatedFeedForward)
            _kernels.GatedGeluForward(_type, inner, bias, memory.Activated.Address, pass.Block.Rows, _config.IntermediateSize);
        else
            _kernels.BiasGeluForward(_type, inner, bias, memory.Activated.Address, pass.Block.Rows, _config.IntermediateSize);
    }

    private void BackwardActivation(in LayerPass pass, LayerMemory memory)
    {
        string name = ParameterNames.Bias(ParameterNames.Intermediate(_layer));
        (nint inner, nint innerGradient, nint bias, nint biasGradient) = (memory.Inner.Address, _shared.InnerGradient.Address, Value(name), Gradient(name));
        if (_config.GatedFeedForward)
            _kernels.GatedGeluBackward(_type, _shared.ActivatedGradient.Address, inner, bias, innerGradient, biasGradient, _shared.Sums.Address, pass.Block.Rows, _config.IntermediateSize);
        else
            _kernels.BiasGeluBackward(_type, innerGradient, inner, bias, innerGradient, biasGradient, _shared.Sums.Address, pass.Block.Rows, _config.IntermediateSize);
    }

    // Attention probabilities, before dropout and after it.
    private void Weigh(in LayerPass pass, LayerMemory memory, LayerViews views, bool drops)
    {
        MatrixProduct.BatchInto(views.Probabilities, views.Query, views.KeyTransposed);
        _kernels.AttentionSoftmaxForward(
            _type, memory.Probabilities.Address, drops ? _shared.Dropped.Address : 0, pass.Lengths, pass.Attention, pass.Dropout(_config.AttentionDropout, _layer, DropoutSite.AttentionProbabilities));
    }

    private void BackwardAttention(in LayerPass pass, LayerMemory memory, LayerViews views)
    {
        if (pass.FusesAttention)
            _kernels.FusedAttentionBackward(
                _type, memory.Heads.Address, Value(ParameterNames.Bias(ParameterNames.Query(_layer))), pass.Lengths, _shared.InputGradient.Address, memory.Logsums.Address, _shared.Projected.Address,
                pass.Attention, pass.Dropout(_config.AttentionDropout, _layer, DropoutSite.AttentionProbabilities));
        else
            BackwardHeads(pass, memory, views);
        _kernels.ColumnSum(
            _type, _shared.Projected.Address, Gradient(ParameterNames.Bias(ParameterNames.Query(_layer))), _shared.Sums.Address, pass.Block.Rows, 3 * _config.HiddenSize, 3 * _config.HiddenSize);
        _projections.Backward(views.Projected, views.ProjectedTransposed, views.Input, views.InputGradient);
    }

    private void BackwardHeads(in LayerPass pass, LayerMemory memory, LayerViews views)
    {
        bool drops = pass.Drops(_config.AttentionDropout);
        if (_recomputes)
            Weigh(pass, memory, views, drops);
        _kernels.PartHeads(_type, _shared.InputGradient.Address, _shared.ContextHeads.Address, pass.Attention);
        MatrixProduct.BatchInto(views.ScoreGradient, views.ContextHeads, views.ValueTransposed);
        _kernels.AttentionSoftmaxBackward(
            _type, memory.Probabilities.Address, _shared.ScoreGradient.Address, drops ? _shared.Dropped.Address : 0, pass.Attention,
            pass.Dropout(_config.AttentionDropout, _layer, DropoutSite.AttentionProbabilities));
        MatrixProduct.BatchInto(views.ValueGradient, drops ? views.DroppedTransposed : views.ProbabilitiesTransposed, views.ContextHeads);
        MatrixProduct.BatchInto(views.QueryGradient, views.ScoreGradient, views.Key);
        MatrixProduct.BatchInto(views.KeyGradient, views.ScoreGradientTransposed, views.Query);
        _kernels.MergeHeads(_type, _shared.HeadGradient.Address, _shared.Projected.Address, pass.Attention, 3);
    }

    private void BackwardNorm(
        in LayerPass pass, Buffer sum, Buffer statistics, NormPointers norm, NormPointers gradient, string dense, DropoutSite site, bool streamHasGradient)
    {
        // Pre-LN adds the norm's gradient to the stream's; post-LN's stream goes through the norm.
        bool preLayerNorm = _config.NormPlacement == NormPlacement.PreLayerNorm;
        _kernels.ResidualNormBackward(
            _type, _shared.InputGradient.Address, preLayerNorm || !streamHasGradient ? 0 : _shared.Stream.Address, sum.Address, statistics.Address, norm, _shared.Stream.Address,
            preLayerNorm && streamHasGradient, _shared.Output.Address, Gradient(ParameterNames.Bias(dense)), gradient, _shared.Sums.Address, pass.Block,
            pass.Dropout(_config.HiddenDropout, _layer, site));
    }

    private nint Value(string name) => _parameters.ValueAddress(name);

    private nint Gradient(string name) => _parameters.GradientAddress(name);
}
