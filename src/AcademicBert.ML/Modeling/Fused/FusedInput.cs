using AcademicBert.Native.Cpu;
using AcademicBert.Tensors;
using static TorchSharp.torch;

namespace AcademicBert.Modeling.Fused;

/// <summary>A batch as kernels read it: int32, kept until the next one comes.</summary>
internal sealed class FusedInput : IDisposable
{
    private readonly Tensor _ids;
    private readonly Tensor? _types, _lengths;

    public FusedInput(EncoderInput input, DropoutState? masks)
    {
        Shape = new BatchShape(input.InputIds.shape[0], input.InputIds.shape[1]);
        Masks = masks;
        _ids = Narrow(input.InputIds);
        _types = input.TokenTypes is { } types ? Narrow(types) : null;
        _lengths = input.Lengths is { } lengths ? Narrow(lengths) : null;
    }

    public BatchShape Shape { get; }

    public DropoutState? Masks { get; }

    public nint Ids => TensorMemory.Pointer(_ids);

    public nint Types => _types is null ? 0 : TensorMemory.Pointer(_types);

    public nint Lengths => _lengths is null ? 0 : TensorMemory.Pointer(_lengths);

    public RowBlock Block(BertConfig config) => new(Shape.Rows, config.HiddenSize, Shape.Length);

    public void Dispose()
    {
        _ids.Dispose();
        _types?.Dispose();
        _lengths?.Dispose();
    }

    private static Tensor Narrow(Tensor values)
    {
        using var scope = NewDisposeScope();
        return values.to(int32).contiguous().DetachFromDisposeScope();
    }
}
