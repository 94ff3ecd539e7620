using AcademicBert.Native.Cpu;
using AcademicBert.Tensors;
using static TorchSharp.torch;

namespace AcademicBert.Modeling.Fused;

/// <summary>A batch as kernels read it: int32 by address, kept until the next one comes.</summary>
internal sealed class FusedInput : IDisposable
{
    private readonly List<Tensor> _owned = [];

    /// <summary>Of tensors, which are converted.</summary>
    public FusedInput(EncoderInput input, DropoutState? masks)
    {
        Shape = new BatchShape(input.InputIds.shape[0], input.InputIds.shape[1]);
        Masks = masks;
        Ids = Narrow(input.InputIds);
        Types = input.TokenTypes is { } types ? Narrow(types) : 0;
        Lengths = input.Lengths is { } lengths ? Narrow(lengths) : 0;
    }

    /// <summary>Of arrays, which stay the caller's and must stay as they are until the backward pass is over.</summary>
    public FusedInput(in HostBatch batch, DropoutState? masks) =>
        (Shape, Masks, Ids, Lengths) = (new BatchShape(batch.Rows, batch.Length), masks, batch.Ids, batch.Lengths);

    public BatchShape Shape { get; }

    public DropoutState? Masks { get; }

    public nint Ids { get; }

    public nint Types { get; }

    public nint Lengths { get; }

    public RowBlock Block(BertConfig config) => new(Shape.Rows, config.HiddenSize, Shape.Length);

    public void Dispose()
    {
        foreach (Tensor tensor in _owned)
            tensor.Dispose();
    }

    private nint Narrow(Tensor values)
    {
        using var scope = NewDisposeScope();
        Tensor narrow = values.to(int32).contiguous().DetachFromDisposeScope();
        _owned.Add(narrow);
        return TensorMemory.Pointer(narrow);
    }
}
