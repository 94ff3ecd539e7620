using AcademicBert.Native;
using AcademicBert.Tensors;
using static TorchSharp.torch;

namespace AcademicBert.Modeling.Fused;

/// <summary>A batch as kernels read it: int32 by address on their device, kept until the next one comes.</summary>
internal sealed class FusedInput : IDisposable
{
    private readonly Device? _device;
    private readonly List<Tensor> _owned = [];

    /// <summary>Of tensors, which are converted.</summary>
    public FusedInput(EncoderInput input, DropoutState? masks, Device device, bool sorted)
    {
        _device = device;
        Shape = new BatchShape(input.InputIds.shape[0], input.InputIds.shape[1]);
        Masks = masks;
        Ids = Narrow(input.InputIds);
        Types = input.TokenTypes is { } types ? Narrow(types) : 0;
        Lengths = input.Lengths is { } lengths ? Narrow(lengths) : 0;
        if (sorted && is_grad_enabled())
            RowsById = Sort(_owned[0].view(-1));
    }

    /// <summary>Of arrays on the kernels' device, which stay the caller's and must stay as they are until the backward pass is over.</summary>
    /// <param name="batch">The arrays.</param>
    /// <param name="masks">Masks to draw.</param>
    /// <param name="sortedIds_R">The ids as a tensor, where kernels need rows sorted by them.</param>
    public FusedInput(in HostBatch batch, DropoutState? masks, Tensor? sortedIds_R = null)
    {
        (Shape, Masks, Ids, Lengths) = (new BatchShape(batch.Rows, batch.Length), masks, batch.Ids, batch.Lengths);
        if (sortedIds_R is not null)
            RowsById = Sort(sortedIds_R);
    }

    public BatchShape Shape { get; }

    public DropoutState? Masks { get; }

    public nint Ids { get; }

    public nint Types { get; }

    public nint Lengths { get; }

    /// <summary>The rows sorted by id; 0 where kernels do not need them.</summary>
    public nint RowsById { get; }

    public RowBlock Block(BertConfig config) => new(Shape.Rows, config.HiddenSize, Shape.Length);

    public void Dispose()
    {
        foreach (Tensor tensor in _owned)
            tensor.Dispose();
    }

    private nint Narrow(Tensor values)
    {
        using var scope = NewDisposeScope();
        return Keep(values.to(int32, _device!).contiguous());
    }

    private nint Sort(Tensor ids_R)
    {
        using var scope = NewDisposeScope();
        return Keep(ids_R.sort(dim: 0, descending: false, stable: true).Indices.to(int32));
    }

    private nint Keep(Tensor values)
    {
        _owned.Add(values.DetachFromDisposeScope());
        return TensorMemory.Pointer(values);
    }
}
