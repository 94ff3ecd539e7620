using AcademicBert.Native;
using AcademicBert.Tensors;
using static TorchSharp.torch;

namespace AcademicBert.Modeling.Fused;

/// <summary>Memory of one array of the engine: grows when a larger batch comes, and is used again by every step.</summary>
internal sealed class Buffer(ElementType type) : IDisposable
{
    private Tensor? _memory;

    /// <summary>Address of the first element.</summary>
    public nint Address { get; private set; }

    /// <summary>Makes room; what was in it may be lost.</summary>
    /// <returns>Whether the memory moved.</returns>
    public bool Require(long count)
    {
        if (_memory is not null && _memory.numel() >= count)
            return false;
        _memory?.Dispose();
        _memory = empty(count, dtype: type == ElementType.Float32 ? float32 : bfloat16).DetachFromDisposeScope();
        Address = TensorMemory.Pointer(_memory);
        return true;
    }

    /// <summary>The first elements of an fp32 buffer.</summary>
    public unsafe Span<float> Floats(long count) => new((void*)Address, checked((int)count));

    /// <summary>Copies fp32 elements in.</summary>
    public unsafe void CopyFrom(nint source, long count) => System.Buffer.MemoryCopy((void*)source, (void*)Address, count * sizeof(float), count * sizeof(float));

    /// <summary>A view from an element on; the caller disposes it.</summary>
    public Tensor ViewAt(long offset, params long[] shape)
    {
        using var scope = NewDisposeScope();
        long count = shape.Aggregate(1L, (product, dimension) => product * dimension);
        return _memory!.narrow(0, offset, count).view(shape).DetachFromDisposeScope();
    }

    /// <summary>A view from the first element on; the caller disposes it.</summary>
    public Tensor View(params long[] shape) => ViewAt(0, shape);

    public void Dispose() => _memory?.Dispose();
}
