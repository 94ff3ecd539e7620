using static TorchSharp.torch;

namespace AcademicBert.Modeling.Fused;

/// <summary>The operands of a layer's matrix products, for one shape of batch: views that are made once.</summary>
internal sealed class LayerViews : IDisposable
{
    private readonly List<Tensor> _all = [];

    public LayerViews(BertConfig config, BatchShape shape, LayerMemory layer, Buffer input, SharedMemory shared, bool fusesAttention, bool training)
    {
        long rows = shape.Rows, hidden = config.HiddenSize, part = rows * hidden, batch = shape.Batch * config.Heads, length = shape.Length, size = config.HeadSize;
        Input = Keep(input.View(rows, hidden));
        Projected = Keep(shared.Projected.View(rows, 3 * hidden));
        Projections = fusesAttention ? Keep(layer.Heads.View(rows, 3 * hidden)) : Projected;
        Context = Keep(layer.Context.View(rows, hidden));
        Output = Keep(shared.Output.View(rows, hidden));
        Middle = Keep(layer.Middle.View(rows, hidden));
        Inner = Keep(layer.Inner.View(rows, config.InnerSize));
        Activated = Keep(layer.Activated.View(rows, config.IntermediateSize));
        if (!fusesAttention)
        {
            Query = Keep(layer.Heads.ViewAt(0, batch, length, size));
            Key = Keep(layer.Heads.ViewAt(part, batch, length, size));
            Value = Keep(layer.Heads.ViewAt(2 * part, batch, length, size));
            KeyTransposed = Keep(Key.transpose(1, 2));
            Probabilities = Keep(layer.Probabilities.View(batch, length, length));
            Dropped = training ? Keep(shared.Dropped.View(batch, length, length)) : Probabilities;
            ContextHeads = Keep(shared.ContextHeads.View(batch, length, size));
        }

        if (!training)
            return;
        if (!fusesAttention)
        {
            ValueTransposed = Keep(Value.transpose(1, 2));
            DroppedTransposed = Keep(Dropped.transpose(1, 2));
            ProbabilitiesTransposed = Keep(Probabilities.transpose(1, 2));
            ScoreGradient = Keep(shared.ScoreGradient.View(batch, length, length));
            ScoreGradientTransposed = Keep(ScoreGradient.transpose(1, 2));
            QueryGradient = Keep(shared.HeadGradient.ViewAt(0, batch, length, size));
            KeyGradient = Keep(shared.HeadGradient.ViewAt(part, batch, length, size));
            ValueGradient = Keep(shared.HeadGradient.ViewAt(2 * part, batch, length, size));
        }

        OutputTransposed = Keep(Output.t());
        InputGradient = Keep(shared.InputGradient.View(rows, hidden));
        InnerGradient = Keep(shared.InnerGradient.View(rows, config.InnerSize));
        ActivatedGradient = config.GatedFeedForward ? Keep(shared.ActivatedGradient.View(rows, config.IntermediateSize)) : InnerGradient;
        InnerGradientTransposed = Keep(InnerGradient.t());
        ProjectedTransposed = Keep(Projected.t());
    }

    public Tensor Input { get; }
    public Tensor Projected { get; }
    public Tensor Projections { get; }
    public Tensor Context { get; }
    public Tensor Output { get; }
    public Tensor Middle { get; }
    public Tensor Inner { get; }
    public Tensor Activated { get; }

    // Attention by matrix products, where it is not fused.
    public Tensor Query { get; } = null!;
    public Tensor Key { get; } = null!;
    public Tensor Value { get; } = null!;
    public Tensor KeyTransposed { get; } = null!;
    public Tensor Probabilities { get; } = null!;
    public Tensor Dropped { get; } = null!;
    public Tensor ContextHeads { get; } = null!;

    // The same in the backward pass.
    public Tensor ValueTransposed { get; } = null!;
    public Tensor DroppedTransposed { get; } = null!;
    public Tensor ProbabilitiesTransposed { get; } = null!;
    public Tensor ScoreGradient { get; } = null!;
    public Tensor ScoreGradientTransposed { get; } = null!;
    public Tensor QueryGradient { get; } = null!;
    public Tensor KeyGradient { get; } = null!;
    public Tensor ValueGradient { get; } = null!;

    // The backward pass of the rest.
    public Tensor OutputTransposed { get; } = null!;
    public Tensor InputGradient { get; } = null!;
    public Tensor InnerGradient { get; } = null!;
    public Tensor ActivatedGradient { get; } = null!;
    public Tensor InnerGradientTransposed { get; } = null!;
    public Tensor ProjectedTransposed { get; } = null!;

    public void Dispose()
    {
        foreach (Tensor view in _all)
            view.Dispose();
    }

    private Tensor Keep(Tensor view)
    {
        _all.Add(view.DetachFromDisposeScope());
        return view;
    }
}
